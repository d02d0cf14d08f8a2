using System.Net;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.Budget;
using InboundBridge.MailFlow.SenderAuthentication.Spf;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Spf;

/// <summary>What depends on time, and hostile zones.</summary>
public class SpfCheckTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly ZoneResolver _zone;

    public SpfCheckTests() => _zone = new ZoneResolver(_clock) { Delay = Step };

    /// <summary>TXT of the domain; then all that its record names; then what those name; then the hosts of the exchanger.</summary>
    [Fact]
    public async Task A_check_takes_as_long_as_the_longest_chain_of_look_ups()
    {
        _zone.Txt("example.net", "v=spf1 include:a.example a:b.example mx include:c.example exists:d.example redirect=e.example")
            .Txt("a.example", "v=spf1 include:f.example include:g.example")
            .Txt("f.example", "v=spf1 ip4:198.51.100.1").Txt("g.example", "v=spf1 ip4:198.51.100.2")
            .Address("b.example", "198.51.100.3")
            .Mx("example.net", 10, "m1.example").Mx("example.net", 10, "m2.example")
            .Address("m1.example", "198.51.100.4").Address("m2.example", "198.51.100.5")
            .Txt("c.example", "v=spf1 ip4:198.51.100.6 -all")
            .Txt("e.example", "v=spf1 ip4:192.0.2.1 -all");
        var checking = CheckAsync(_zone);
        foreach (var asked in new[] { 1, 7, 11 })
        {
            await _zone.UntilAskedAsync(asked);
            Assert.False(checking.IsCompleted);
            _clock.Advance(Step);
        }
        var verdict = await checking;
        Assert.Equal((CheckResult.Pass, "ip4:192.0.2.1"), (verdict.Result, verdict.Mechanism));
        Assert.Equal(11, _zone.Asked.Count);
        Assert.Equal(11, _zone.Asked.Distinct().Count());
    }

    [Fact]
    public async Task Nothing_behind_a_network_that_matches_is_asked_ahead()
    {
        _zone.Txt("example.net", "v=spf1 a:b.example ip4:192.0.2.0/24 include:a.example mx -all").Address("b.example", "198.51.100.3");
        var verdict = await AdvancingAsync(CheckAsync(_zone));
        Assert.Equal("ip4:192.0.2.0/24", verdict.Mechanism);
        Assert.Equal(["example.net", "b.example"], _zone.Asked.Select(question => question.Name));
    }

    /// <summary>Records of a hostile domain that include each other without end, each with many look-ups.</summary>
    [Fact]
    public async Task Looking_ahead_is_bounded()
    {
        for (var number = 0; number < 100; number++)
        {
            _zone.Txt($"n{number}.example.net",
                $"v=spf1 {string.Join(' ', Enumerable.Range(1, 20).Select(step => $"include:n{number * 3 + step}.example.net"))} -all");
        }
        _zone.Txt("example.net", "v=spf1 include:n0.example.net -all");
        var verdict = await AdvancingAsync(CheckAsync(_zone));
        Assert.Equal(CheckResult.PermError, verdict.Result);
        Assert.InRange(_zone.Asked.Count, 1, 1 + 10 + 16);
    }

    [Fact]
    public async Task What_a_match_makes_needless_is_waited_for_no_longer()
    {
        _zone.Txt("example.net", "v=spf1 a:b.example include:a.example -all").Address("b.example", "192.0.2.1")
            .Txt("a.example", "v=spf1 exists:x.example -all");
        var verdict = await AdvancingAsync(CheckAsync(_zone));
        Assert.Equal("a:b.example", verdict.Mechanism);
    }

    /// <summary>The client's own servers must not decide whether there is time for the rest of another's record.</summary>
    [Theory]
    [InlineData("in-addr.arpa")]
    [InlineData("silent.example")]
    public async Task Servers_of_the_client_that_are_silent_cost_two_seconds(string silent)
    {
        (_zone.Delay, _zone.Silent) = (TimeSpan.Zero, silent);
        _zone.Ptr("192.0.2.1", "h1.silent.example").Ptr("192.0.2.1", "h2.silent.example")
            .Txt("example.net", "v=spf1 ptr:example.net a:b.example -all").Address("b.example", "192.0.2.1");
        var checking = CheckAsync(_zone);
        _clock.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromTicks(1));
        Assert.False(checking.IsCompleted);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("a:b.example", (await checking).Mechanism);
        await _zone.UntilNobodyWaitsAsync();
    }

    [Fact]
    public async Task Exchangers_behind_one_that_matches_are_waited_for_no_longer()
    {
        (_zone.Delay, _zone.Silent) = (TimeSpan.Zero, "silent.example");
        _zone.Txt("example.net", "v=spf1 mx -all").Mx("example.net", 10, "m.example").Mx("example.net", 20, "m.silent.example")
            .Address("m.example", "192.0.2.1");
        Assert.Equal(CheckResult.Pass, (await CheckAsync(_zone)).Result);
        await _zone.UntilNobodyWaitsAsync();
    }

    [Fact]
    public async Task A_mail_without_time_left_gets_a_temporary_error()
    {
        _zone.Delay = TimeSpan.FromMinutes(1);
        _zone.Txt("example.net", "v=spf1 -all");
        var verdict = await AdvancingAsync(CheckAsync(new MailDnsBudget(_zone, new MailDnsOptions(), _clock)));
        Assert.Equal((CheckResult.TempError, null), (verdict.Result, verdict.Mechanism));
    }

    [Theory]
    [InlineData("v=spf1 ", "a:n.example ", CheckResult.PermError)]
    [InlineData("v=spf1 ", "ip4:198.51.100.1 ", CheckResult.Neutral)]
    [InlineData("v=spf1 ", "x=y ", CheckResult.Neutral)]
    [InlineData("v=spf1 exists:", "%{s}.", CheckResult.PermError)]
    [InlineData("v=spf1 exists:example.", "%{dr}", CheckResult.Neutral)]
    [InlineData("v=spf1 -all exp=", "%{S}", CheckResult.Fail)]
    [InlineData("v=spf1 redirect=", "%{d}", CheckResult.PermError)]
    [InlineData("v=spf1 ", "/", CheckResult.PermError)]
    [InlineData("v=spf1 a:", "/", CheckResult.PermError)]
    [InlineData("v=spf1 ip6:", "1:", CheckResult.PermError)]
    [InlineData("v=spf1 a/", "1", CheckResult.PermError)]
    [InlineData("v=spf1 exists:%{d", "1", CheckResult.PermError)]
    public async Task A_record_of_64_KB_is_evaluated_like_a_short_one(string start, string piece, CheckResult result)
    {
        _zone.Delay = TimeSpan.Zero;
        _zone.Txt("example.net", start + string.Concat(Enumerable.Repeat(piece, 65_000 / piece.Length)))
            .Address("n.example", "198.51.100.1");
        var verdict = await CheckAsync(_zone);
        Assert.Equal(result, verdict.Result);
        Assert.InRange((verdict.Problem ?? "").Length, 0, 400);
    }

    [Fact]
    public async Task An_explanation_of_64_KB_is_not_used()
    {
        _zone.Delay = TimeSpan.Zero;
        _zone.Txt("example.net", "v=spf1 -all exp=exp.example").Txt("exp.example", string.Concat(Enumerable.Repeat("%{S}", 16_000)));
        Assert.Null((await CheckAsync(_zone)).Explanation);
    }

    [Fact]
    public void Records_are_read_once_and_their_number_is_bounded()
    {
        var cache = new SpfRecordCache();
        Assert.Same(cache.Read("v=spf1 -all"), cache.Read("v=spf1 -all"));
        for (var number = 0; number < 10_000; number++)
            cache.Read($"v=spf1 exists:n{number}.example -all");
        Assert.InRange(cache.Count, 1, 4096);
        var before = cache.Count;
        cache.Read("v=spf1 " + new string(' ', 4000));
        cache.Read("v=spf1 nonsense");
        Assert.Equal(before, cache.Count);
    }

    private Task<SpfVerdict> CheckAsync(IDnsResolver dns) =>
        new SpfCheck(new SpfOptions(), _clock).CheckAsync(
            dns, new SpfRequest(IPAddress.Parse("192.0.2.1"), "h.example", "u@example.net"),
            TestContext.Current.CancellationToken).AsTask();

    private async Task<SpfVerdict> AdvancingAsync(Task<SpfVerdict> checking)
    {
        await _clock.AdvanceUntilAsync(checking, TestContext.Current.CancellationToken);
        return await checking;
    }
}
