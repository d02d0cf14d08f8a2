using InboundBridge.Explaining;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Verdicts;

namespace InboundBridge.UnitTests.Host.Explaining;

/// <summary>Each check that was asked has a line with its result and why; others have none.</summary>
public class VerdictLinesTests
{
    [Fact]
    public void Every_check_that_was_asked_has_its_line() => Assert.Equal(
        [
            "verdict: pass (dkim=pass aligned with example.com)",
            "iprev: pass mail.example.com",
            "spf: pass for example.com by ip4:192.0.2.0/24",
            "dkim: pass example.com s1 rsa-sha256",
            "dmarc: pass, policy reject of example.com",
            "arc: pass google.com, trusted",
            "dnsbl: zen.example.net (127.0.0.2)",
            "spam: 1.2, no action",
            "virus: none was found",
        ],
        VerdictLines.Of(SampleVerdicts.Passing with { VirusScanned = true }));

    [Fact]
    public void Without_DMARC_the_verdict_is_shown_all_the_same() => Assert.Equal(
        ["verdict: pass (spf=pass)", "virus: Eicar"],
        VerdictLines.Of(MailVerdicts.NotAsked with { Verdict = SenderVerdict.Pass, Reasons = ["spf=pass"], Virus = "Eicar" }));

    [Fact]
    public void Nothing_asked_nothing_said() => Assert.Empty(VerdictLines.Of(MailVerdicts.NotAsked));
}
