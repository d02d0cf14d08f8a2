using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.Configuration.Destinations;

/// <summary>Services that all targets share.</summary>
internal sealed record DestinationServices(WebhookServices Webhooks, IDnsResolver Resolver, TimeProvider Clock, ILoggerFactory Logs);
