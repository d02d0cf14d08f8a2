using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;
using InboundBridge.MailFlow.Parsing;

namespace InboundBridge.MailFlow.Delivery.Webhook.Sending;

/// <summary>What all webhook destinations share.</summary>
public sealed record WebhookServices : CompositionServices
{
    /// <summary>Disposed by the host, not by a target.</summary>
    public required WebhookConnections Connections { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>The appliance's version, for the header <c>User-Agent</c>.</summary>
    public required string Version
    {
        get;
        init
        {
            field = value;
            UserAgent = $"InboundBridge/{value}";
        }
    }

    internal string UserAgent { get; private init; } = "InboundBridge";

    internal ReadingGate Gate { get; init; } = ReadingGate.Shared;
}
