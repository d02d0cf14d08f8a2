using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.Mime;
using InboundBridge.Mime.Reading;

namespace InboundBridge.MailFlow.Delivery.Webhook;

/// <summary>What all webhook destinations share.</summary>
public sealed record WebhookServices
{
    /// <summary>Owned by the host.</summary>
    public required WebhookConnections Connections { get; init; }

    /// <summary>Null: no links in payloads.</summary>
    public LinkSigner? Links { get; init; }

    /// <summary>Caps on what is read of a mail.</summary>
    public MimeLimits Mime { get; init; } = MimeLimits.Default;

    public required TimeProvider Clock { get; init; }

    /// <summary>Ours.</summary>
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

    /// <summary>Where bodies over half a megabyte lie while they are sent; best on a disk, not in memory.</summary>
    public string TemporaryFolder { get; init; } = Path.GetTempPath();
}
