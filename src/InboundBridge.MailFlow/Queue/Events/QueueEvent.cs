using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Events;

/// <summary>Something that has happened and is durable, told to whoever watches.</summary>
/// <param name="Kind">
/// <c>received</c>, <c>delivered</c>, <c>retrying</c>, <c>dead</c>, <c>cancelled</c>; by an operator <c>retried</c>, <c>released</c>, <c>replayed</c>, <c>deleted</c>;
/// of a destination <c>paused</c>, <c>resumed</c>, <c>circuit_opened</c>, <c>circuit_closed</c>.
/// </param>
/// <param name="Text">A reason; null where the kind says it all.</param>
public sealed record QueueEvent(string Kind, DateTimeOffset At, SpooledMessage? Message, SpooledDelivery? Delivery, string? Destination, string? Text);
