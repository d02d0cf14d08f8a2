using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.MailFlow.Delivery.Webhook.Composing;

/// <summary>What holds for a format where the configuration says nothing else.</summary>
internal sealed record FormatDefaults
{
    public static FormatDefaults Native { get; } = new() { HasLinks = true };

    public StatusMeanings Statuses { get; init; } = StatusMeanings.Native;

    /// <summary>Who signs in with the first secret as password (HTTP Basic) where the configuration has no <c>auth</c>; null: nobody.</summary>
    public string? BasicUser { get; init; }

    /// <summary>The first secret is the vendor's own credential, which is as long as the vendor makes it.</summary>
    public bool HasVendorsCredential { get; init; }

    /// <summary>Attachments may be links.</summary>
    public bool HasLinks { get; init; }

    /// <summary>The vendor's schedule; null for our own.</summary>
    public RetryOptions? Retry { get; init; }
}
