using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Ui.Text;

/// <summary>What pages say about a destination.</summary>
internal static class DestinationWords
{
    public static string State(DestinationStatus status) => status switch
    {
        { PauseReason: not null } => "paused",
        { Up: false } => "down",
        _ => "up",
    };

    /// <summary>Those in trouble come first, then those with mail.</summary>
    public static (int Trouble, long Waiting, string Name) Rank(DestinationStatus status) =>
        (State(status) switch { "down" => 0, "paused" => 1, _ => 2 }, -Waiting(status), status.Name);

    public static long Waiting(DestinationStatus status) =>
        Count(status, DeliveryState.Pending) + Count(status, DeliveryState.Retrying);

    public static long Count(DestinationStatus status, DeliveryState state) => status.Counts.GetValueOrDefault(state);
}
