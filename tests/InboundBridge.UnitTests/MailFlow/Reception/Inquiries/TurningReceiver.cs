using InboundBridge.MailFlow.Reception.Inquiries;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.MailFlow.Reception.Inquiries;

/// <summary>A receiver that answers ATRN with a real queue, and takes no mail.</summary>
internal sealed class TurningReceiver(ConnectionTurn turn, SmtpPeer peer, ReceptionPolicy policy) : ISmtpReceiver
{
    public ValueTask<SmtpReply?> ConnectAsync(CancellationToken cancellationToken) => ValueTask.FromResult<SmtpReply?>(null);

    public ValueTask<SmtpReply> MailAsync(MailCommand mail, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<SmtpReply> RcptAsync(RcptCommand recipient, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<SmtpReply>> DataAsync(SmtpBody body, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public async ValueTask<SmtpTurnAnswer?> TurnConnectionAsync(IReadOnlyList<string> domains, CancellationToken cancellationToken) =>
        await turn.StartAsync(domains, peer, policy, cancellationToken);

    public void Reset()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
