using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Deliveries;

namespace InboundBridge.Operations.Messages;

/// <summary>What was recorded about a message: how it came, and each delivery with its failed attempts.</summary>
internal sealed record MessageHistory(SpooledMessage Message, IReadOnlyList<DeliveryRecord> Deliveries);
