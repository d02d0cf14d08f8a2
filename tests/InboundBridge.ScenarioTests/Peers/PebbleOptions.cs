namespace InboundBridge.ScenarioTests.Peers;

/// <summary>How a <see cref="Pebble"/> behaves.</summary>
internal sealed record PebbleOptions
{
    /// <summary>Where it looks for http-01.</summary>
    public int HttpPort { get; init; } = 9;

    /// <summary>Where it looks for tls-alpn-01.</summary>
    public int TlsPort { get; init; } = 9;

    /// <summary>The address of every name.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Of certificates, in seconds.</summary>
    public int LifetimeSeconds { get; init; } = 90 * 86400;

    /// <summary>The key of the account kid-1, which new accounts must be bound to; null: none.</summary>
    public string? Hmac { get; init; }

    /// <summary>Seconds at most, at random, before it looks at a challenge; 0: at once.</summary>
    public int Sleep { get; init; }

    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["PEBBLE_WFE_NONCEREJECT"] = "30",
        ["PEBBLE_AUTHZREUSE"] = "0",
        [Sleep == 0 ? "PEBBLE_VA_NOSLEEP" : "PEBBLE_VA_SLEEPTIME"] = Sleep == 0 ? "1" : $"{Sleep}",
    };
}
