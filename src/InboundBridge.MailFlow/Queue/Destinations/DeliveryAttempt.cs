using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>What one attempt is given. The content is closed by the queue after the attempt.</summary>
/// <param name="Number">1 for the first attempt.</param>
public sealed record DeliveryAttempt(SpooledDelivery Delivery, SpooledMessage Message, MimeSource Content, int Number);
