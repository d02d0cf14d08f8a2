using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.TransportSecurity;

namespace InboundBridge.Configuration.Destinations;

/// <summary>Services that all targets share.</summary>
internal sealed record DestinationServices(
    WebhookServices Webhooks, IDnsResolver Resolver, TransportServices Transport, TimeProvider Clock, ILoggerFactory Logs);
