using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.UnitTests.MailFlow.Verdicts;

internal static class SampleVerdicts
{
    public static MailVerdicts Passing { get; } = new()
    {
        Verdict = SenderVerdict.Pass,
        Reasons = ["dkim=pass aligned with example.com"],
        Iprev = new IprevVerdict(CheckResult.Pass, "mail.example.com"),
        Spf = new SpfVerdict(CheckResult.Pass) { Domain = "example.com", Mechanism = "ip4:192.0.2.0/24" },
        Dkim =
        [
            new DkimVerdict(CheckResult.Pass)
            {
                Domain = "example.com", Identity = "@example.com", Selector = "s1", Algorithm = "rsa-sha256", Bits = 2048,
                SignaturePrefix = "Kx9/pQ+a=",
            },
        ],
        Dmarc = new DmarcVerdict(CheckResult.Pass)
        {
            Policy = "reject",
            Published = "reject",
            Domain = "example.com",
            AuthorDomain = "example.com",
            Alignment = ["dkim"],
        },
        Arc = new ArcVerdict(CheckResult.Pass) { Sealers = ["google.com"], Trusted = true, PassedBefore = true },
        Dnsbl = [new DnsblListing("zen.example.net", "127.0.0.2")],
        Spam = new SpamVerdict(1.2, "no action"),
    };

    public static MailVerdicts Problematic { get; } = new()
    {
        Reasons = ["dmarc=temperror (no answer)"],
        Iprev = new IprevVerdict(CheckResult.PermError),
        Spf = new SpfVerdict(CheckResult.PermError)
        {
            Scope = "helo",
            Domain = "example.com",
            Explanation = "Go \"away\" é",
            Problem = "two records",
        },
        Dkim = [new DkimVerdict(CheckResult.Policy) { Domain = "example.com", Reason = "key is too short" }],
        Dmarc = new DmarcVerdict(CheckResult.TempError)
        {
            Policy = "none",
            Published = "none",
            Domain = "example.com",
            AuthorDomain = "mail.example.com",
            Problem = "no answer",
        },
        Arc = new ArcVerdict(CheckResult.Fail) { Reason = "gap" },
        Dnsbl = [new DnsblListing("list.example.net", "127.0.3.1", Allows: true)],
        DnsblProblems = ["zen.example.net: no answer within 2 s"],
        Spam = new SpamVerdict(7, "reject")
        {
            RequiredScore = 15,
            Symbols = new Dictionary<string, double>(StringComparer.Ordinal) { ["A_B"] = 3.5, ["C"] = -1 },
        },
        Virus = "Eicar",
    };
}
