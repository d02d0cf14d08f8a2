using InboundBridge.MailFlow.Delivery.Webhook;

namespace InboundBridge.Configuration.Destinations.Webhook;

/// <summary>Configuration <c>destinations.NAME.webhook</c> without the queue's keys.</summary>
internal sealed record WebhookSettings
{
    public required WebhookOptions Target { get; init; }

    /// <summary>Read and kept; it has no effect yet.</summary>
    public WebhookMode Mode { get; init; }

    /// <summary>Full path of a JavaScript file: message → { headers, body }. Read and kept; it has no effect yet.</summary>
    public string? Transform { get; init; }
}

internal enum WebhookMode
{
    Queue,

    /// <summary>The receiver is asked inside the SMTP transaction.</summary>
    Sync,
}
