using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Operations.Messages;

/// <summary>A stored message with its deliveries, and with the bounces about it.</summary>
internal sealed record MessageRecord(
    SpooledMessage Message, IReadOnlyList<SpooledDelivery> Deliveries, IReadOnlyList<SpooledMessage> Bounces);
