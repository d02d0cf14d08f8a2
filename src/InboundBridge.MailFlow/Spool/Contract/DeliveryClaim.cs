namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>A claim on a delivery.</summary>
/// <param name="DeliveryId">The delivery.</param>
/// <param name="Owner">Who may attempt it.</param>
/// <param name="Fence">Grows with every claim of the delivery, so that an older claim can be told from the latest.</param>
public readonly record struct DeliveryClaim(string DeliveryId, string Owner, long Fence);
