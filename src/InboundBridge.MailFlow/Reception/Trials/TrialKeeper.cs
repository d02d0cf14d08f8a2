using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Reception.Trials;

/// <summary>Stores the mail of a trial in memory.</summary>
internal sealed class TrialKeeper : IMailKeeper
{
    /// <summary>Always ready: a trial shows what the configuration does with a mail, not whether the disk is full now.</summary>
    public SpoolCondition Condition => SpoolCondition.Ready;

    public TrialMessage? Staged { get; private set; }

    public SpooledMessage? Message { get; private set; }

    public IReadOnlyList<SpooledDelivery> Deliveries { get; private set; } = [];

    public StagedMessage Stage(string id, ReadOnlyMemory<byte> prelude) => Staged = new TrialMessage(id, prelude);

    public ValueTask AcceptAsync(StagedMessage staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries,
        CancellationToken cancellationToken)
    {
        (Message, Deliveries) = (message, deliveries);
        return ValueTask.CompletedTask;
    }
}
