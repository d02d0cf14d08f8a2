using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.UnitTests.MailFlow.Verdicts;

public class VerdictSummaryTests
{
    private static readonly MailVerdicts Forwarded = new()
    {
        Verdict = SenderVerdict.Forwarded,
        Spf = new SpfVerdict(CheckResult.Fail) { Domain = "example.com" },
        Dkim = [new DkimVerdict(CheckResult.Fail) { Domain = "example.com" }, new DkimVerdict(CheckResult.Pass) { Domain = "list.test" }],
        Dmarc = new DmarcVerdict(CheckResult.Fail),
        Arc = new ArcVerdict(CheckResult.Pass),
    };

    [Fact]
    public void A_chain_is_named_where_there_is_one()
    {
        Assert.Equal(
            "forwarded (spf=fail dkim=fail:example.com,pass:list.test dmarc=fail arc=pass)", VerdictSummary.Of(Forwarded));
        Assert.Equal(
            "forwarded (spf=fail dkim=fail:example.com,pass:list.test dmarc=fail)",
            VerdictSummary.Of(Forwarded with { Arc = ArcVerdict.NotAsked }));
        Assert.Equal("none (spf=none dkim=none dmarc=none)", VerdictSummary.Of(MailVerdicts.NotAsked));
    }

    [Theory]
    [InlineData(false, false, "")]
    [InlineData(true, false, " dnsbl=bl.example")]
    [InlineData(false, true, " dnsbl=temperror")]
    [InlineData(true, true, " dnsbl=bl.example,temperror")]
    public void Lists_are_named_where_they_name_the_client_or_do_not_answer(bool listed, bool silent, string expected)
    {
        var verdicts = new MailVerdicts
        {
            Dnsbl = listed ? [new DnsblListing("bl.example", "127.0.0.2")] : [],
            DnsblProblems = silent ? ["sl.example: no answer"] : [],
        };
        Assert.Equal($"none (spf=none dkim=none dmarc=none{expected})", VerdictSummary.Of(verdicts));
    }

    [Fact]
    public void Of_a_mail_that_is_not_judged_only_answers_are_named()
    {
        Assert.Equal("nothing known yet", VerdictSummary.OfSome(MailVerdicts.NotAsked));
        Assert.Equal(
            "iprev=pass spf=fail dkim=fail:example.com,pass:list.test arc=pass dnsbl=bl.example",
            VerdictSummary.OfSome(Forwarded with
            {
                Iprev = new IprevVerdict(CheckResult.Pass, "mail.example.com"),
                Dnsbl = [new DnsblListing("bl.example", "127.0.0.2")],
            }));
    }
}
