using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.TransportSecurity;

namespace InboundBridge.Configuration.Destinations;

/// <summary>Services that all targets share.</summary>
internal sealed record DestinationServices(
    RequestServices Requests, IDnsResolver Resolver, TransportServices Transport, TimeProvider Clock, ILoggerFactory Logs)
{
    public WebhookServices Webhooks => Requests.Webhooks;
}
