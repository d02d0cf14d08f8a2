using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Searching;

/// <summary>
/// Where a search for deliveries to collect goes on: first it looks at those in state retrying, then at the pending ones, each in the order
/// of their numbers. A delivery that fails meanwhile passes from the second group to the first, and is not found twice.
/// </summary>
/// <param name="After">The number of the last delivery that was looked at.</param>
internal readonly record struct CollectPlace(DeliveryState State, long After)
{
    /// <summary>The group behind this one, from its beginning; null behind the last one.</summary>
    public CollectPlace? NextGroup => State == DeliveryState.Retrying ? new CollectPlace(DeliveryState.Pending, long.MinValue) : null;

    /// <param name="text">What <see cref="ToString"/> wrote; null: from the beginning.</param>
    public static CollectPlace Read(string? text)
    {
        if (text is null)
            return new CollectPlace(DeliveryState.Retrying, long.MinValue);
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return new CollectPlace(
            (DeliveryState)int.Parse(text.AsSpan(0, space), CultureInfo.InvariantCulture),
            long.Parse(text.AsSpan(space + 1), CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(int)State} {After}");
}
