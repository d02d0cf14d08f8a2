using InboundBridge.MailFlow.Queue.Events;

namespace InboundBridge.Api.Json;

/// <summary>The data of a server-sent event.</summary>
internal sealed record EventJson(DateTimeOffset At, string? Destination, string? Reason, MessageJson? Message, DeliveryJson? Delivery)
{
    public static EventJson Of(QueueEvent happened) => new(
        happened.At,
        happened.Destination,
        happened.Text,
        happened.Message is { } message ? MessageJson.Of(message) : null,
        happened.Delivery is { } delivery ? DeliveryJson.Of(delivery) : null);
}
