namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>What retention has to know of a stored message.</summary>
/// <param name="IsOpen">At least one delivery is pending, retrying or held.</param>
/// <param name="EndedBadly">At least one delivery is dead or cancelled.</param>
/// <param name="LastEnd">When the last delivery ended; null for a message without deliveries that ended.</param>
/// <param name="HasOctets">The octets have not been dropped yet.</param>
public readonly record struct MessageFate(DateTimeOffset ReceivedAt, bool IsOpen, bool EndedBadly, DateTimeOffset? LastEnd, bool HasOctets);
