using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Principals;

namespace InboundBridge.Operations.Deliveries;

/// <summary>
/// Foretells a change of all deliveries of a filter, from how many there are of each state at each destination, as
/// <see cref="DeliveryTransitions"/> would apply it to each of them. Nothing is scanned.
/// </summary>
/// <param name="to">For a release: a configured destination; null: each goes to its own.</param>
internal sealed class BulkPlanning(DeliveryAction action, string? to, IReadOnlyCollection<string> configured)
{
    public BulkPlan Of(IEnumerable<DeliveryTally> tallies)
    {
        var (count, isMost, rest) = (0L, false, new Dictionary<string, long>(StringComparer.Ordinal));
        foreach (var tally in tallies.Where(tally => tally.Count > 0))
        {
            if (WhyNot(tally.Destination, tally.State) is { } why)
            {
                rest[why] = rest.GetValueOrDefault(why) + tally.Count;
                continue;
            }
            count += tally.Count;
            // Mail that waits or died is kept; of mail that was cancelled only the record may be left.
            isMost |= action == DeliveryAction.Retry && tally.State == DeliveryState.Cancelled;
        }
        return new BulkPlan(
            count, isMost, [.. rest.Select(each => new BulkRest(each.Value, each.Key)).OrderByDescending(each => each.Count)]);
    }

    /// <summary>Why such deliveries are left alone; null where they are changed.</summary>
    private string? WhyNot(string destination, DeliveryState state) => (action, state) switch
    {
        (DeliveryAction.Retry, DeliveryState.Delivered) => "are delivered: to send their mail again, replay it",
        (DeliveryAction.Retry, DeliveryState.Held) => "are held: release them",
        (DeliveryAction.Cancel, DeliveryState.Delivered or DeliveryState.Cancelled) => $"are {Word(state)}",
        (DeliveryAction.Cancel, _) => null,
        (DeliveryAction.Release, DeliveryState.Dead) when destination.Length > 0 => "died at their destination: retry them",
        (DeliveryAction.Release, not (DeliveryState.Held or DeliveryState.Dead)) => $"are {Word(state)}, so they are not held",
        (DeliveryAction.Release, _) when to is not null => null,
        (DeliveryAction.Release, _) when destination.Length == 0 => "have no destination of their own: release them to one",
        (DeliveryAction.Retry, _) when destination.Length == 0 => "never had a destination: release them to one",
        (DeliveryAction.Release, _) when !configured.Contains(destination, StringComparer.Ordinal) =>
            $"are for '{destination}', which is not configured: release them to another destination, or configure it again",
        (DeliveryAction.Retry, _) when !configured.Contains(destination, StringComparer.Ordinal) =>
            $"are for '{destination}', which is not configured: configure it again, or replay their messages to another destination",
        _ => null,
    };

    private static string Word(DeliveryState state) => state.ToString().ToLowerInvariant();
}
