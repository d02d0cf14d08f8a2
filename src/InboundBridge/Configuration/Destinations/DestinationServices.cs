using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.Configuration.Destinations;

/// <summary>What targets are made with, the same for all destinations.</summary>
internal sealed record DestinationServices(WebhookServices Webhooks, IDnsResolver Resolver, TimeProvider Clock, ILoggerFactory Logs);
