using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Queue.Asking;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Reception;

/// <summary>Keeps mail in the spool and hands it to the queue.</summary>
internal sealed class QueuedMail(IMailSpool spool, MailQueue queue) : IMailKeeper
{
    public SpoolCondition Condition => spool.Condition;

    public MailAsks Asks => queue.Asks;

    public StagedMessage Stage(string id, ReadOnlyMemory<byte> prelude) => spool.Stage(id, prelude);

    public ValueTask AcceptAsync(
        StagedMessage staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries, CancellationToken cancellationToken) =>
        queue.AcceptAsync(staged, message, deliveries, cancellationToken);
}
