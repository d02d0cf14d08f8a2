using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.Configuration.Destinations.Webhook;

/// <summary>Configuration <c>destinations.NAME.webhook</c> without the queue's keys.</summary>
internal sealed record WebhookSettings
{
    public required WebhookOptions Target { get; init; }

    public WebhookMode Mode { get; init; }

    /// <summary>How long a sender waits for the receiver at most, in <see cref="WebhookMode.Sync"/>.</summary>
    public TimeSpan SyncTimeout { get; init; } = new AskOptions().Timeout;

    /// <summary>Full path of a JavaScript file: message → { headers, body }. Read and kept; it has no effect yet.</summary>
    public string? Transform { get; init; }
}

internal enum WebhookMode
{
    Queue,

    /// <summary>The receiver is asked inside the SMTP transaction.</summary>
    Sync,
}
