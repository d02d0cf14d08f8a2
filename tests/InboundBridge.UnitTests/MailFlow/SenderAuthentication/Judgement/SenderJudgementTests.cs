using InboundBridge.MailFlow.SenderAuthentication.Judgement;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Judgement;

public class SenderJudgementTests
{
    private static readonly DmarcVerdict Fails = Dmarc(CheckResult.Fail) with { Policy = "reject", Published = "reject" };

    private static readonly ArcVerdict Trusted = new(CheckResult.Pass) { Sealers = ["lists.example"], Trusted = true, PassedBefore = true };

    [Fact]
    public void Dmarc_that_passes_is_a_pass_with_what_is_aligned() => AssertVerdict(
        new MailVerdicts { Dmarc = Dmarc(CheckResult.Pass) with { Alignment = ["spf", "dkim"] } },
        SenderVerdict.Pass, "spf=pass aligned with example.com", "dkim=pass aligned with example.com");

    [Fact]
    public void Without_a_record_an_aligned_pass_is_enough() => AssertVerdict(
        new MailVerdicts { Dmarc = Dmarc(CheckResult.None) with { Alignment = ["dkim"] } },
        SenderVerdict.Pass, "dkim=pass aligned with example.com", "no DMARC record for example.com");

    [Fact]
    public void With_a_record_that_can_not_be_read_an_aligned_pass_is_enough() => AssertVerdict(
        new MailVerdicts { Dmarc = Dmarc(CheckResult.PermError) with { Alignment = ["spf"], Problem = "unreadable" } },
        SenderVerdict.Pass, "spf=pass aligned with example.com", "unreadable");

    [Fact]
    public void Dmarc_that_fails_is_a_fail_with_the_results_it_comes_from() => AssertVerdict(
        new MailVerdicts
        {
            Dmarc = Fails,
            Spf = new SpfVerdict(CheckResult.Pass) { Domain = "example.org" },
            Dkim = [new DkimVerdict(CheckResult.Fail) { Domain = "example.com", Reason = "body hash does not match" }],
        },
        SenderVerdict.Fail,
        "dmarc=fail, policy reject of example.com", "spf=pass for example.org, not aligned",
        "dkim=fail of example.com (body hash does not match)");

    [Fact]
    public void Nothing_that_passes_without_a_record_is_none() => AssertVerdict(
        new MailVerdicts { Dmarc = Dmarc(CheckResult.None), Spf = new SpfVerdict(CheckResult.SoftFail) { Domain = "example.com" } },
        SenderVerdict.None, "no DMARC record for example.com", "spf=softfail for example.com");

    [Fact]
    public void A_trusted_chain_that_says_pass_is_forwarded() => AssertVerdict(
        new MailVerdicts { Dmarc = Fails, Arc = Trusted },
        SenderVerdict.Forwarded, "arc=pass of a trusted sealer, where the mail passed before", "dmarc=fail, policy reject of example.com");

    [Fact]
    public void A_trusted_chain_counts_without_a_record_too() => AssertVerdict(
        new MailVerdicts { Dmarc = Dmarc(CheckResult.None), Arc = Trusted }, SenderVerdict.Forwarded,
        "arc=pass of a trusted sealer, where the mail passed before", "no DMARC record for example.com");

    [Fact]
    public void A_pass_needs_no_chain() =>
        Assert.Equal(
            SenderVerdict.Pass,
            SenderJudgement.Of(new MailVerdicts { Dmarc = Dmarc(CheckResult.Pass) with { Alignment = ["spf"] }, Arc = Trusted }).Verdict);

    public static TheoryData<ArcVerdict> ChainsThatExcuseNothing =>
        [
            Trusted with { Result = CheckResult.Fail },
            Trusted with { Result = CheckResult.None },
            Trusted with { Trusted = false },
            Trusted with { PassedBefore = false },
            Trusted with { Result = CheckResult.TempError, PassedBefore = false },
        ];

    [Theory]
    [MemberData(nameof(ChainsThatExcuseNothing))]
    public void Another_chain_excuses_nothing(ArcVerdict arc) =>
        Assert.Equal(SenderVerdict.Fail, SenderJudgement.Of(new MailVerdicts { Dmarc = Fails, Arc = arc }).Verdict);

    [Fact]
    public void A_temporary_error_of_dmarc_is_none_even_with_a_trusted_chain() => AssertVerdict(
        new MailVerdicts { Dmarc = Dmarc(CheckResult.TempError) with { Problem = "no answer" }, Arc = Trusted },
        SenderVerdict.None, "dmarc=temperror (no answer)");

    [Fact]
    public void A_temporary_error_that_could_have_made_a_pass_is_none_even_with_a_trusted_chain() => AssertVerdict(
        new MailVerdicts { Dmarc = Dmarc(CheckResult.None) with { Undecided = ["dkim"] }, Arc = Trusted },
        SenderVerdict.None, "dkim=temperror, which could be aligned with example.com");

    [Fact]
    public void A_temporary_error_of_a_chain_that_could_have_excused_a_fail_is_none() => AssertVerdict(
        new MailVerdicts { Dmarc = Fails, Arc = Trusted with { Result = CheckResult.TempError, Trusted = false, Reason = "no key" } },
        SenderVerdict.None, "arc=temperror (no key)");

    [Fact]
    public void A_temporary_error_of_what_is_not_aligned_changes_nothing() =>
        Assert.Equal(
            SenderVerdict.Fail,
            SenderJudgement.Of(
                new MailVerdicts { Dmarc = Fails, Spf = new SpfVerdict(CheckResult.TempError) { Domain = "example.org" } }).Verdict);

    [Fact]
    public void A_partial_signature_of_the_author_is_not_called_unaligned() => Assert.Equal(
        "dkim=pass of example.com, which proves no author (the signature does not cover every Subject field)",
        SenderJudgement.Of(
            new MailVerdicts
            {
                Dmarc = Fails,
                Dkim =
                [
                    new DkimVerdict(CheckResult.Pass)
                    {
                        Domain = "example.com",
                        IsPartial = true,
                        Reason = "the signature does not cover every Subject field",
                    },
                ],
            }).Reasons[^1]);

    [Fact]
    public void Where_dmarc_was_not_asked_nothing_is_said() => AssertVerdict(
        new MailVerdicts { Spf = new SpfVerdict(CheckResult.Pass) { Domain = "example.com" } }, SenderVerdict.None);

    [Fact]
    public void A_thousand_signatures_give_a_few_reasons()
    {
        var signatures = Enumerable.Repeat(new DkimVerdict(CheckResult.Fail) { Domain = "example.com" }, 1000).ToList();
        var reasons = SenderJudgement.Of(new MailVerdicts { Dmarc = Fails, Dkim = signatures }).Reasons;
        Assert.Equal((7, "995 more signatures"), (reasons.Count, reasons[^1]));
    }

    private static DmarcVerdict Dmarc(CheckResult result) => new(result) { AuthorDomain = "example.com", Domain = "example.com" };

    private static void AssertVerdict(MailVerdicts checks, SenderVerdict verdict, params string[] reasons)
    {
        var judged = SenderJudgement.Of(checks);
        Assert.Equal(verdict, judged.Verdict);
        Assert.Equal(reasons, judged.Reasons);
        Assert.Equal(checks, judged with { Verdict = SenderVerdict.None, Reasons = checks.Reasons });
    }
}
