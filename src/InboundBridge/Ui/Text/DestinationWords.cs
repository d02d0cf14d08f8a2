using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Ui.Text;

/// <summary>What pages say about a destination.</summary>
internal static class DestinationWords
{
    /// <summary>
    /// A destination is slow when its oldest mail has waited longer: three tries of the usual schedule have failed by then.
    /// </summary>
    private static readonly TimeSpan Slow = TimeSpan.FromMinutes(15);

    public static string State(DestinationStatus status, DateTimeOffset now) => status switch
    {
        { PauseReason: not null } => "paused",
        { Up: false } => "down",
        { OnDemand: false, OldestOpen: { } oldest } when now - oldest > Slow => "slow",
        _ => "up",
    };

    /// <summary>Those in trouble come first, then those with mail.</summary>
    public static (int Trouble, long Waiting, string Name) Rank(DestinationStatus status, DateTimeOffset now) =>
        (State(status, now) switch { "down" => 0, "paused" => 1, "slow" => 2, _ => 3 }, -Waiting(status), status.Name);

    public static long Waiting(DestinationStatus status) =>
        Count(status, DeliveryState.Pending) + Count(status, DeliveryState.Retrying);

    public static long Count(DestinationStatus status, DeliveryState state) => status.Counts.GetValueOrDefault(state);
}
