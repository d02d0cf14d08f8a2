using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.Rules.Scripting;

namespace InboundBridge.Configuration.Destinations;

/// <summary>What it takes to make the requests of webhooks.</summary>
/// <param name="Transforms">Runs transforms. It is not the runner of rules: a backlog of deliveries must not delay reception.</param>
internal sealed record RequestServices(WebhookServices Webhooks, IScriptRunner Transforms, ILoggerFactory Logs);
