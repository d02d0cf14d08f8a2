using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.MailFlow.Reception.Trials;

/// <summary>Passes everything to the real receiver, and records commands and replies.</summary>
internal sealed class TrialReceiver(MailReceiver receiver, SmtpPeer peer) : ISmtpReceiver
{
    public SmtpPeer Peer => peer;

    public MailCommand? Mail { get; private set; }

    /// <summary>Its answers outlive the transaction.</summary>
    public SenderCheck? SenderCheck { get; private set; }

    public ScanAnswers? Scans { get; private set; }

    public List<(RcptCommand Command, SmtpReply Reply)> Recipients { get; } = [];

    /// <summary>The reply to the data.</summary>
    public SmtpReply? Answer { get; private set; }

    public ValueTask<SmtpReply?> ConnectAsync(CancellationToken cancellationToken) => receiver.ConnectAsync(cancellationToken);

    public async ValueTask<SmtpReply> MailAsync(MailCommand mail, CancellationToken cancellationToken)
    {
        var reply = await receiver.MailAsync(mail, cancellationToken);
        if (reply.IsPositive)
            (Mail, SenderCheck, Scans) = (mail, receiver.SenderCheck, receiver.Scans);
        return reply;
    }

    public async ValueTask<SmtpReply> RcptAsync(RcptCommand recipient, CancellationToken cancellationToken)
    {
        var reply = await receiver.RcptAsync(recipient, cancellationToken);
        Recipients.Add((recipient, reply));
        return reply;
    }

    public async ValueTask<IReadOnlyList<SmtpReply>> DataAsync(SmtpBody body, CancellationToken cancellationToken)
    {
        var replies = await receiver.DataAsync(body, cancellationToken);
        Answer = replies[0];
        return replies;
    }

    public void Reset() => receiver.Reset();

    public ValueTask DisposeAsync() => receiver.DisposeAsync();
}
