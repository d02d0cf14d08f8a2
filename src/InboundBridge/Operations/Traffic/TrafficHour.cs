namespace InboundBridge.Operations.Traffic;

/// <summary>
/// What happened in each minute of the last hour, the oldest minute first; the last one is not over yet. Minutes before the start have 0.
/// </summary>
/// <param name="Received">Messages that got 250.</param>
/// <param name="Delivered">Attempts that delivered.</param>
/// <param name="Refused">Connections, senders, recipients and messages that were refused.</param>
public sealed record TrafficHour(IReadOnlyList<int> Received, IReadOnlyList<int> Delivered, IReadOnlyList<int> Refused);

/// <summary>The attempts at one destination, minute by minute as in <see cref="TrafficHour"/>.</summary>
/// <param name="NotDelivered">Attempts with any other outcome.</param>
public sealed record DestinationHour(IReadOnlyList<int> Delivered, IReadOnlyList<int> NotDelivered)
{
    public static DestinationHour Nothing { get; } = new(new int[MinuteRing.Minutes], new int[MinuteRing.Minutes]);
}
