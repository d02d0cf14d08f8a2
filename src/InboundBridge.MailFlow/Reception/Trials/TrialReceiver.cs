using InboundBridge.MailFlow.Reception.Enforcement;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.SenderAuthentication.Greylisting;
using InboundBridge.Rules.Contract;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.MailFlow.Reception.Trials;

/// <summary>Passes everything to the real receiver, and records commands and replies.</summary>
/// <param name="look">Whom greylisting knows; null where nobody can tell.</param>
internal sealed class TrialReceiver(MailReceiver receiver, SmtpPeer peer, ReceptionPolicy policy, GreylistLook? look) : ISmtpReceiver
{
    public SmtpPeer Peer => peer;

    public MailCommand? Mail { get; private set; }

    /// <summary>Its answers outlive the transaction.</summary>
    public SenderCheck? SenderCheck { get; private set; }

    public ScanAnswers? Scans { get; private set; }

    public List<(RcptCommand Command, SmtpReply Reply, GreylistForecast? Greylisting)> Recipients { get; } = [];

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
        // Greylisting comes last: a recipient who is refused anyway is not asked about.
        var greylisting = reply.IsPositive && Mail is not null ? await GreylistCheck.ForecastAsync(
            look, new MailTransaction(string.Empty, Mail, peer, policy, default) { SenderCheck = SenderCheck }, recipient,
            new RuleRecipient(MailReceiver.WithDomain(recipient.Recipient, policy).ToString()), cancellationToken) : null;
        Recipients.Add((recipient, reply, greylisting));
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
