using InboundBridge.MailFlow.SenderAuthentication.DnsLists;

namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>authentication</c>: the checks of the sender's side (docs/sender.md).</summary>
internal sealed record AuthenticationOptions
{
    /// <summary>The authserv-id that we write in Authentication-Results (RFC 8601 §2.5).</summary>
    public required string AuthservId { get; init; }

    public CheckOptions Spf { get; init; } = new();

    public CheckOptions Dkim { get; init; } = new();

    /// <summary>RFC 8301 §3.2: shorter RSA keys don't pass.</summary>
    public int MinimumRsaBits { get; init; } = 1024;

    public CheckOptions Dmarc { get; init; } = new();

    /// <summary>DMARC is on, and so is a check by whose answer it judges.</summary>
    public bool JudgesAuthors => Dmarc.IsOn && (Spf.IsOn || Dkim.IsOn);

    public ArcOptions Arc { get; init; } = new();

    /// <summary>PTR of the client and its confirmation (RFC 8601 §2.7.3).</summary>
    public CheckOptions Iprev { get; init; } = new();

    public IReadOnlyList<DnsListOptions> Dnsbl { get; init; } = [];

    /// <summary>Null: off.</summary>
    public GreylistOptions? Greylist { get; init; }

    /// <summary>Null: S/MIME is not looked at.</summary>
    public SmimeOptions? Smime { get; init; }

    /// <summary>The keyring; null: OpenPGP is not looked at.</summary>
    public KeyFileOptions? OpenPgp { get; init; }

    public SecureMailOptions Signatures { get; init; } = new();

    /// <summary>The files of certificates and keys that signed and encrypted mail is looked at with.</summary>
    public IEnumerable<string> SecureMailFiles =>
        new[] { Smime?.TrustedCertificates, OpenPgp?.File }.OfType<string>().Concat(Smime?.Keys.Select(key => key.File) ?? []);

    public AuthenticationLimits Limits { get; init; } = new();
}
