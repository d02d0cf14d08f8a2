using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.Webhook.Composing;

/// <summary>A composed request body. Owns the body.</summary>
/// <param name="Body">Read twice: once to sign, once to send.</param>
internal sealed record WebhookContent(MailContent Body, string ContentType) : IDisposable
{
    /// <summary>Headers that the vendor adds; beside ours and the operator's.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public void Dispose() => Body.Dispose();
}
