using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Queue;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats;

/// <summary>What holds for a format where the configuration says nothing else.</summary>
internal sealed record FormatDefaults
{
    public static FormatDefaults Native { get; } = new();

    public StatusMeanings Statuses { get; init; } = StatusMeanings.Native;

    /// <summary>Who signs in with the first secret as password (HTTP Basic) where the configuration has no <c>auth</c>; null: nobody.</summary>
    public string? BasicUser { get; init; }

    /// <summary>The vendor's schedule; null for our own.</summary>
    public RetryOptions? Retry { get; init; }
}
