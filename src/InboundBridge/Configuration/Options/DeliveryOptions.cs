namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>delivery</c>.</summary>
internal sealed record DeliveryOptions
{
    /// <summary>Attempts at the same time over all destinations.</summary>
    public int Workers { get; init; } = 64;

    public BounceOptions Bounces { get; init; } = new();
}

/// <summary>Configuration <c>delivery.bounces</c>.</summary>
internal sealed record BounceOptions
{
    /// <summary>The reverse-path of our bounces; <c>&lt;&gt;</c> as RFC 5321 §4.5.5 requires.</summary>
    public string From { get; init; } = "<>";

    /// <summary>The relay destination that carries bounces; null: none are sent.</summary>
    public string? Via { get; init; }

    /// <summary>Bounces go only to senders that SPF or DKIM confirmed: to anybody else they would be backscatter.</summary>
    public bool OnlyIfAuthenticated { get; init; } = true;
}
