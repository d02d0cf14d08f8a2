using InboundBridge.MailFlow.Reception.ForgedResults;

namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>authentication</c>: the checks of the sender's side.</summary>
internal sealed record AuthenticationOptions
{
    /// <summary>The authserv-id that we write in Authentication-Results (RFC 8601 §2.5).</summary>
    public required string AuthservId { get; init; }

    public CheckMode Spf { get; init; } = CheckMode.On;

    public CheckMode Dkim { get; init; } = CheckMode.On;

    /// <summary>RFC 8301 §3.2: shorter RSA keys don't pass.</summary>
    public int MinimumRsaBits { get; init; } = 1024;

    public CheckMode Dmarc { get; init; } = CheckMode.On;

    /// <summary>Domains whose ARC seals are trusted.</summary>
    public IReadOnlyList<string> TrustedSealers { get; init; } = [];

    /// <summary>PTR of the client and its confirmation (RFC 8601 §2.7.3).</summary>
    public CheckMode Iprev { get; init; } = CheckMode.On;

    public IReadOnlyList<DnsblOptions> Dnsbl { get; init; } = [];

    public GreylistOptions? Greylist { get; init; }
}

internal enum CheckMode
{
    Off,

    /// <summary>A verdict for rules and receivers; nothing is refused for it.</summary>
    On,

    Enforce,
}

internal sealed record DnsblOptions
{
    public string Zone { get; init; } = string.Empty;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);
}

internal sealed record GreylistOptions
{
    public TimeSpan Delay { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan Expire { get; init; } = TimeSpan.FromDays(35);
}
