using InboundBridge.MailFlow.Delivery.Lmtp;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.Configuration;

/// <summary>One entry of <c>destinations</c>: what the queue needs, and the options of its kind; exactly one of the three is set.</summary>
internal sealed record DestinationSettings
{
    public required DestinationOptions Queue { get; init; }

    public WebhookOptions? Webhook { get; init; }

    public LmtpOptions? Lmtp { get; init; }

    public RelayOptions? Relay { get; init; }

    public WebhookExtras WebhookExtras { get; init; } = new();

    public RelayExtras RelayExtras { get; init; } = new();

    public string Name => Queue.Name;

    public override string ToString() => $"{Queue.Kind} {Queue.Name}";
}

/// <summary>Keys of a webhook that its delivery doesn't know yet.</summary>
internal sealed record WebhookExtras
{
    public WebhookMode Mode { get; init; }

    /// <summary>Full path of a JavaScript file: message → { headers, body }.</summary>
    public string? Transform { get; init; }
}

internal enum WebhookMode
{
    Queue,

    /// <summary>Asked inside the SMTP transaction.</summary>
    Sync,
}

/// <summary>Keys of a relay that its delivery doesn't know yet.</summary>
internal sealed record RelayExtras
{
    public Secret? Srs { get; init; }

    public DkimSigningOptions? Dkim { get; init; }
}

internal sealed record DkimSigningOptions
{
    public string Domain { get; init; } = string.Empty;

    public string Selector { get; init; } = string.Empty;

    /// <summary>Full path of a PEM file.</summary>
    public string Key { get; init; } = string.Empty;
}
