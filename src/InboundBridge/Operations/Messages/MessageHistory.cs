using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Deliveries;

namespace InboundBridge.Operations.Messages;

/// <summary>The record of a message: its reception, and each delivery with its failed attempts.</summary>
internal sealed record MessageHistory(SpooledMessage Message, IReadOnlyList<DeliveryRecord> Deliveries);
