using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Events;

/// <summary>Something that happened and is durable.</summary>
/// <param name="Kind">
/// <c>received</c>, <c>delivered</c>, <c>retrying</c>, <c>dead</c>, <c>cancelled</c>; by an operator <c>retried</c>, <c>released</c>,
/// <c>replayed</c>, <c>deleted</c>; of a destination <c>paused</c>, <c>resumed</c>, <c>circuit_opened</c>, <c>circuit_closed</c>.
/// </param>
/// <param name="Text">The reason of a pause, or how the last attempt before a circuit opened ended; null for the others.</param>
public sealed record QueueEvent(
    string Kind, DateTimeOffset At, SpooledMessage? Message, SpooledDelivery? Delivery, string? Destination, string? Text);
