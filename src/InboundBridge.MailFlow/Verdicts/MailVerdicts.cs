namespace InboundBridge.MailFlow.Verdicts;

/// <summary>
/// What all checks and scanners said about one mail. The payload, rule facts, Authentication-Results, API and <c>explain</c> show this
/// object. Immutable. What was not asked has the result None.
/// </summary>
public sealed record MailVerdicts
{
    public static MailVerdicts NotAsked { get; } = new();

    public SenderVerdict Verdict { get; init; }

    /// <summary>Why that verdict, for people (<c>dkim=pass aligned with example.com</c>).</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    public IprevVerdict Iprev { get; init; } = IprevVerdict.NotAsked;

    public SpfVerdict Spf { get; init; } = SpfVerdict.NotAsked;

    /// <summary>One for each signature, in the order of the header.</summary>
    public IReadOnlyList<DkimVerdict> Dkim { get; init; } = [];

    public DmarcVerdict Dmarc { get; init; } = DmarcVerdict.NotAsked;

    public ArcVerdict Arc { get; init; } = ArcVerdict.NotAsked;

    public IReadOnlyList<DnsblListing> Dnsbl { get; init; } = [];

    /// <summary>The lists that did not say whether they name the client, each with the reason (<c>bl.example: no answer</c>).</summary>
    public IReadOnlyList<string> DnsblProblems { get; init; } = [];

    /// <summary>Null when no spam scanner was asked.</summary>
    public SpamVerdict? Spam { get; init; }

    /// <summary>The virus that was found; null when none was found or no scanner was asked.</summary>
    public string? Virus { get; init; }

    /// <summary>The virus scanner has answered.</summary>
    public bool VirusScanned { get; init; }

    /// <summary>S/MIME and OpenPGP signatures; empty for a mail without any, null where nobody asked.</summary>
    public IReadOnlyList<SignatureVerdict>? Signatures { get; init; }
}
