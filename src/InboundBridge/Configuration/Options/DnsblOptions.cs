namespace InboundBridge.Configuration.Options;

/// <summary>One DNS list of <c>authentication.dnsbl</c> (RFC 5782).</summary>
internal sealed record DnsblOptions
{
    public string Zone { get; init; } = string.Empty;

    /// <summary>The answers that count. Empty: every one in 127.0.0.0/8 except 127.255.255.0/24, by which lists report errors.</summary>
    public IReadOnlyList<DnsblCodes> Codes { get; init; } = [];

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A list of good clients, not of bad ones.</summary>
    public bool Allow { get; init; }
}
