using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Collecting;

/// <summary>
/// Makes an attempt over the session of a receiver, for those recipients whose mail it may collect. The others wait for a receiver of their
/// own: RFC 2645 §5.2.1 forbids to send mail of domains that the user has no access to.
/// </summary>
internal sealed class CollectedTarget(IOnDemandTarget target, ITurnedSession session, Predicate<string> collects) : IDeliveryTarget
{
    private const string Others = "waits for another receiver (ATRN)";

    public async ValueTask<DeliveryOutcome> DeliverAsync(DeliveryAttempt attempt, CancellationToken cancellationToken)
    {
        var all = attempt.Delivery.Recipients;
        var mine = all.Where(recipient => collects(recipient.Address)).ToList();
        var isWhole = mine.Count == all.Count;
        var part = isWhole ? attempt : attempt with { Delivery = attempt.Delivery with { Recipients = mine } };
        var outcome = await target.DeliverAsync(part, session, cancellationToken);
        // Otherwise each connection that is dropped at once would add to the history of the delivery, without a limit.
        if (session.IsUnheard)
            return new DeliveryOutcome.RetryLater(outcome.Reply) { IsUnheard = true };
        return isWhole ? outcome : WithOthers(outcome, mine, all);
    }

    public ValueTask<DeliveryOutcome> ProbeAsync(CancellationToken cancellationToken) => target.ProbeAsync(cancellationToken);

    /// <summary>The target is the destination's, and the session the collection's.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static DeliveryOutcome.PerRecipient WithOthers(
        DeliveryOutcome outcome, List<MailRecipient> mine, IReadOnlyList<MailRecipient> all)
    {
        var waits = new DeliveryOutcome.RetryLater(Others, Answered: true);
        IReadOnlyList<RecipientOutcome> each = outcome is DeliveryOutcome.PerRecipient known
            ? known.Recipients
            : [.. mine.Select(one => new RecipientOutcome(one, outcome))];
        return new DeliveryOutcome.PerRecipient(
            outcome.Reply, [.. each, .. all.Except(mine).Select(other => new RecipientOutcome(other, waits))]);
    }
}
