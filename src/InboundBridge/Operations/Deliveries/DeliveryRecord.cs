using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Operations.Deliveries;

/// <summary>A delivery with its failed attempts, the oldest first.</summary>
public sealed record DeliveryRecord(SpooledDelivery Delivery, IReadOnlyList<FailedAttempt> FailedAttempts);
