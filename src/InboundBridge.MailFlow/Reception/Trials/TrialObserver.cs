using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.MailFlow.Reception.Trials;

/// <summary>Collects what the session would log.</summary>
internal sealed class TrialObserver : ISmtpSessionObserver
{
    /// <summary>The reason of the last refusal.</summary>
    public string? Reason { get; set; }

    public List<string> Faults { get; } = [];

    public void Refused(SmtpPeer peer, SmtpRefusal refusal)
    {
        Reason = refusal.Reply.Reason;
        if (refusal.Reply.LogDetail is { } detail)
            Faults.Add(detail);
    }

    public void Faulted(SmtpPeer peer, SmtpVerb verb, Exception error) => Faults.Add(error.GetBaseException().Message);
}
