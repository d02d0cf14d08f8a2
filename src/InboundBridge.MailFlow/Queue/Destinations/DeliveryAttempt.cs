using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>The input of one attempt. The queue closes the content after it.</summary>
/// <param name="Number">1 for the first attempt.</param>
public sealed record DeliveryAttempt(SpooledDelivery Delivery, SpooledMessage Message, MailContent Content, int Number);
