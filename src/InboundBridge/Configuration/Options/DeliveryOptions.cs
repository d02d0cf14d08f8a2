using InboundBridge.MailFlow.Bounces;

namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>delivery</c>.</summary>
internal sealed record DeliveryOptions
{
    /// <summary>Attempts at the same time over all destinations.</summary>
    public int Workers { get; init; } = 64;

    /// <summary>Configuration <c>delivery.bounces</c>; the hostname is filled in from the root.</summary>
    public BounceOptions Bounces { get; init; } = new();
}
