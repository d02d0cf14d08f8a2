using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.Explaining;

/// <summary>The HTTP request that an attempt would send; null for destinations that send none. Nothing is sent.</summary>
internal delegate ValueTask<WebhookPreview?> RequestPreview(
    DeliveryAttempt attempt, bool hidesSignatures, CancellationToken cancellationToken);
