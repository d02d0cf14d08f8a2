namespace InboundBridge.MailFlow.Delivery.Lmtp;

/// <summary>Configuration <c>destinations.NAME.lmtp</c>, the part that the queue doesn't need.</summary>
public sealed record LmtpOptions
{
    public required string Name { get; init; }

    /// <summary><c>host:port</c>, <c>[v6]:port</c> or <c>unix:/path</c>.</summary>
    public required string Address { get; init; }

    /// <summary>Our name in LHLO.</summary>
    public required string Hostname { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Messages on one connection before it is closed.</summary>
    public int ConnectionReuse { get; init; } = 100;

    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
