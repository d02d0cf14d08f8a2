using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>Zones and headers that mean harm, through a whole session: bounded queries and time, and an honest verdict.</summary>
public class HostileSenderTests
{
    [Fact]
    public async Task Records_that_include_each_other_end_as_permerror()
    {
        await using var scene = await SenderScene.CreateAsync(
            clock => new ZoneResolver(clock).Txt("customer.example", "v=spf1 include:b.example -all")
                .Txt("b.example", "v=spf1 include:customer.example redirect=b.example"));
        Assert.Equal(250, (await scene.SendAsync(SenderScene.Mail)).Code);
        Assert.Equal(CheckResult.PermError, (await scene.VerdictsAsync()).Spf.Result);
        Assert.InRange(scene.Zone.Asked.Count, 1, 30);
    }

    [Fact]
    public async Task Records_of_64_KB_are_read_without_harm()
    {
        var large = new string('x', 65_000);
        await using var scene = await SenderScene.CreateAsync(
            clock => new ZoneResolver(clock).Txt("customer.example", "v=spf1 exp=" + large)
                .Txt("_dmarc.customer.example", "v=DMARC1; p=" + large)
                .Txt("s1._domainkey.customer.example", "v=DKIM1; p=" + large));
        Assert.Equal(250, (await scene.SendAsync(SenderScene.Signed)).Code);
        var verdicts = await scene.VerdictsAsync();
        Assert.Equal(CheckResult.PermError, Assert.Single(verdicts.Dkim).Result);
        Assert.NotEqual(CheckResult.Pass, verdicts.Spf.Result);
        Assert.NotEqual(CheckResult.Pass, verdicts.Dmarc.Result);
        Assert.NotEqual(SenderVerdict.Pass, verdicts.Verdict);
    }

    /// <summary>After ten seconds of waiting nothing more is waited for, however slow the zone is.</summary>
    [Fact]
    public async Task A_zone_that_never_answers_costs_ten_seconds()
    {
        await using var scene = await SenderScene.CreateAsync(clock =>
        {
            var zone = SenderScene.GoodZone(clock);
            zone.Delay = TimeSpan.FromMinutes(5);
            return zone;
        });
        var sending = scene.SendAsync(SenderScene.Signed);
        while (!scene.Zone.Asked.Any(question => question.Name == "_dmarc.customer.example"))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
        Assert.False(sending.IsCompleted);
        scene.Reception.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(250, (await sending.WaitAsync(TestContext.Current.CancellationToken)).Code);
        var verdicts = await scene.VerdictsAsync();
        Assert.Equal(
            (CheckResult.TempError, CheckResult.TempError, CheckResult.TempError, CheckResult.TempError, SenderVerdict.None),
            (verdicts.Iprev.Result, verdicts.Spf.Result, DkimSummary.Of(verdicts.Dkim), verdicts.Dmarc.Result, verdicts.Verdict));
        Assert.InRange(scene.Zone.MostAtOnce, 1, 16);
    }

    [Fact]
    public async Task A_header_with_a_thousand_signatures_asks_for_ten_keys()
    {
        var signatures = string.Concat(Enumerable.Range(0, 1000).Select(number =>
            $"DKIM-Signature: v=1; a=rsa-sha256; d=d{number}.example; s=s; h=from; bh=AAAA; b=AAAA\r\n"));
        await using var scene = await SenderScene.CreateAsync();
        Assert.Equal(250, (await scene.SendAsync(signatures + SenderScene.Mail)).Code);
        Assert.InRange(scene.Zone.Asked.Count(question => question.Name.Contains("_domainkey", StringComparison.Ordinal)), 1, 10);
        Assert.InRange((await scene.VerdictsAsync()).Dkim.Count, 10, 60);
    }

    [Fact]
    public async Task A_thousand_authors_are_not_all_looked_up()
    {
        var authors = string.Join(",\r\n ", Enumerable.Range(0, 1000).Select(number => $"a@d{number}.example"));
        await using var scene = await SenderScene.CreateAsync();
        Assert.Equal(250, (await scene.SendAsync($"From: {authors}\r\n\r\ntext\r\n")).Code);
        Assert.NotEqual(CheckResult.Pass, (await scene.VerdictsAsync()).Dmarc.Result);
        Assert.InRange(scene.Zone.Asked.Count, 1, 60);
    }
}
