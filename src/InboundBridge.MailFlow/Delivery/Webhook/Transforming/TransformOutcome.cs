using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;

namespace InboundBridge.MailFlow.Delivery.Webhook.Transforming;

/// <summary>The result of a transform for one attempt: a closed set.</summary>
internal abstract record TransformOutcome
{
    /// <summary>The words in the delivery's history.</summary>
    public const string SkippedWords = "skipped by the transform";

    /// <summary>The request to send.</summary>
    /// <param name="Webhook">The destination's, without its secrets where the script chose another host.</param>
    public sealed record Request(PreparedWebhook Webhook, Uri Url, WebhookContent Content) : TransformOutcome;

    public sealed record Skipped : TransformOutcome;

    /// <summary>The script failed, or returned what can't be sent.</summary>
    public sealed record Failed(string Problem) : TransformOutcome;
}
