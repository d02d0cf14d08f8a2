namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>http.limits</c>.</summary>
internal sealed record HttpLimits
{
    /// <summary>Connections at the same time: as many as a busy proxy keeps open. Each takes about 20 KB.</summary>
    public int Connections { get; init; } = 1000;

    /// <summary>From one IPv4 address or one IPv6 /64. All requests through a proxy count as one client.</summary>
    public int ConnectionsPerClient { get; init; } = 250;
}
