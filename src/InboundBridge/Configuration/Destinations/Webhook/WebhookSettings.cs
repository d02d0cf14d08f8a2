using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Rules.Scripting;

namespace InboundBridge.Configuration.Destinations.Webhook;

/// <summary>Configuration <c>destinations.NAME.webhook</c> without the queue's keys.</summary>
internal sealed record WebhookSettings
{
    public required WebhookOptions Target { get; init; }

    public WebhookMode Mode { get; init; }

    /// <summary>How long a sender waits for the receiver at most, in <see cref="WebhookMode.Sync"/>.</summary>
    public TimeSpan SyncTimeout { get; init; } = new AskOptions().Timeout;

    /// <summary>The script of the target's <see cref="WebhookOptions.Transform"/>, checked; null for none.</summary>
    public TransformScript? Transform { get; init; }
}

internal enum WebhookMode
{
    Queue,

    /// <summary>The receiver is asked inside the SMTP transaction.</summary>
    Sync,
}
