namespace InboundBridge.MailFlow.SenderAuthentication.Signatures;

/// <summary>What the check of DKIM signatures and ARC chains accepts, and its limits.</summary>
public sealed record SignatureOptions
{
    public static SignatureOptions Default { get; } = new();

    /// <summary>False: DKIM signatures are not looked at.</summary>
    public bool Dkim { get; init; } = true;

    /// <summary>False: ARC sets are not looked at.</summary>
    public bool Arc { get; init; } = true;

    /// <summary>Shorter RSA keys do not pass: RFC 8301 §3.2 forbids less than 1,024 bits.</summary>
    public int MinimumRsaBits { get; init; } = 1024;

    /// <summary>
    /// Sealers that are believed: <c>example.com</c> is exactly that domain, <c>*.example.com</c> the names below it. A name below a domain
    /// is often not its owner's (hosting customers get them), so the names below are trusted only where the list says so.
    /// </summary>
    public IReadOnlyList<string> TrustedSealers { get; init; } = [];

    /// <summary>Octets of a header that are kept to check the signatures over it; the SMTP server's limit has the same default.</summary>
    public int HeaderSize { get; init; } = 256 * 1024;

    /// <summary>Signatures of one mail that are verified; RFC 6376 §8.4 asks for a limit.</summary>
    public int Signatures { get; init; } = 10;

    /// <summary>Verdicts about signatures of one mail. The last one stands for all that follow.</summary>
    public int Verdicts { get; init; } = 50;

    /// <summary>RFC 8617 §4.2.1 allows 50.</summary>
    public int ArcSets { get; init; } = 50;

    /// <summary>Public keys that are kept parsed, each of at most 2 KB of text.</summary>
    public int CachedKeys { get; init; } = 2000;
}
