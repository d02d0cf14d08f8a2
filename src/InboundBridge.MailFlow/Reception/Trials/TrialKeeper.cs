using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Reception.Trials;

/// <summary>Keeps a mail in memory for as long as the trial is looked at, and nothing beyond that.</summary>
internal sealed class TrialKeeper : IMailKeeper
{
    /// <summary>Always ready: a trial asks what the configuration makes of a mail, not whether the disk is full just now.</summary>
    public SpoolCondition Condition => SpoolCondition.Ready;

    public TrialMessage? Staged { get; private set; }

    public SpooledMessage? Message { get; private set; }

    public IReadOnlyList<SpooledDelivery> Deliveries { get; private set; } = [];

    public StagedMessage Stage(string id, ReadOnlyMemory<byte> prelude) => Staged = new TrialMessage(id, prelude);

    public ValueTask AcceptAsync(StagedMessage staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries, CancellationToken cancellationToken)
    {
        (Message, Deliveries) = (message, deliveries);
        return ValueTask.CompletedTask;
    }
}
