using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.Webhook.Composing;

/// <summary>A composed request body, which this object disposes.</summary>
/// <param name="Body">Read twice: to sign it, and to send it.</param>
internal sealed record WebhookContent(MailContent Body, string ContentType) : IDisposable
{
    /// <summary>Headers of the vendor, besides ours and the configured ones.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Headers of a transform: they replace ours and the configured ones of the same name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Replacing { get; init; } = [];

    public void Dispose() => Body.Dispose();
}
