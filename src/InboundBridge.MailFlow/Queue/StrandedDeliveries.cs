using System.Globalization;

namespace InboundBridge.MailFlow.Queue;

/// <summary>Open deliveries for a destination that is not configured.</summary>
/// <param name="Destination">The name that they have.</param>
public sealed record StrandedDeliveries(string Destination, long Count)
{
    /// <summary>What is wrong, for operators.</summary>
    public string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"{Count} {(Count == 1 ? "delivery waits" : "deliveries wait")} for destination '{Destination}', which is not configured");

    /// <summary>What to do about it.</summary>
    public string Remedy =>
        $"configure '{Destination}' again; or send the messages elsewhere (messages replay ID --to OTHER, or --by-rules) and end these "
        + $"deliveries (deliveries cancel --destination {Destination})";
}
