using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Operations.Messages;

/// <summary>A stored message with its deliveries.</summary>
internal sealed record MessageRecord(SpooledMessage Message, IReadOnlyList<SpooledDelivery> Deliveries);
