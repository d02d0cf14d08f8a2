using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue;

/// <summary>Open deliveries for a destination that is not configured.</summary>
/// <param name="Destination">The name that they have.</param>
public sealed record StrandedDeliveries(string Destination, long Count)
{
    /// <summary>Finds them among the totals of a spool, in the order of their destinations' names.</summary>
    public static IReadOnlyList<StrandedDeliveries> Among(IReadOnlyList<DeliveryTally> tallies, Predicate<string> isConfigured) =>
    [
        .. tallies.Where(tally => tally is { Count: > 0, Destination.Length: > 0 } && DeliveryTransitions.IsOpen(tally.State))
            .Where(tally => !isConfigured(tally.Destination))
            .GroupBy(tally => tally.Destination, StringComparer.Ordinal)
            .Select(each => new StrandedDeliveries(each.Key, each.Sum(tally => tally.Count)))
            .OrderBy(each => each.Destination, StringComparer.Ordinal),
    ];

    /// <summary>What is wrong, for operators.</summary>
    public string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"{Count} {(Count == 1 ? "delivery waits" : "deliveries wait")} for destination '{Destination}', which is not configured");

    /// <summary>What to do about it.</summary>
    public string Remedy =>
        $"configure '{Destination}' again; or send the messages elsewhere (messages replay ID --to OTHER, or --by-rules) and end these "
        + $"deliveries (deliveries cancel --destination {Destination})";
}
