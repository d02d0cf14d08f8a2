using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>What one attempt is given. The content is closed by the queue after the attempt.</summary>
/// <param name="Number">1 for the first attempt.</param>
public sealed record DeliveryAttempt(SpooledDelivery Delivery, SpooledMessage Message, MailContent Content, int Number);
