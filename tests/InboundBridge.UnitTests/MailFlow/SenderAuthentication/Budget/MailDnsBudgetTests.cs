using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.Budget;
using InboundBridge.UnitTests.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Budget;

public class MailDnsBudgetTests
{
    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly ZoneResolver _zone;
    private readonly MailDnsBudget _budget;

    public MailDnsBudgetTests()
    {
        _zone = new ZoneResolver(_clock) { Delay = TimeSpan.FromSeconds(4) };
        _budget = new MailDnsBudget(_zone, new MailDnsOptions(), _clock);
    }

    [Fact]
    public async Task Eight_queries_run_at_a_time_and_the_others_follow()
    {
        var asking = Enumerable.Range(0, 12).Select(number => LookUpAsync($"n{number}.example")).ToArray();
        Assert.Equal(8, _zone.Asked.Count);
        _clock.Advance(TimeSpan.FromSeconds(4));
        await _zone.UntilAskedAsync(12);
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.All(await Task.WhenAll(asking), answer => Assert.Equal(DnsStatus.NoSuchName, answer.Status));
        Assert.Equal(8, _zone.MostAtOnce);
    }

    [Fact]
    public async Task What_the_time_cuts_off_is_a_time_out()
    {
        await AnsweredAsync(LookUpAsync("a.example"), 4, DnsStatus.NoSuchName);
        await AnsweredAsync(LookUpAsync("b.example"), 4, DnsStatus.NoSuchName);
        await AnsweredAsync(LookUpAsync("c.example"), 2, DnsStatus.Timeout);
        Assert.Equal(DnsStatus.Timeout, (await LookUpAsync("d.example")).Status);
        Assert.Equal(3, _zone.Asked.Count);
    }

    [Fact]
    public async Task Queries_at_the_same_time_use_the_time_once()
    {
        var first = LookUpAsync("a.example");
        _clock.Advance(TimeSpan.FromSeconds(2));
        var second = LookUpAsync("b.example");
        await AnsweredAsync(first, 2, DnsStatus.NoSuchName);
        await AnsweredAsync(second, 2, DnsStatus.NoSuchName);
        await AnsweredAsync(LookUpAsync("c.example"), 4, DnsStatus.NoSuchName);
    }

    [Fact]
    public async Task Time_in_which_nothing_is_asked_does_not_count()
    {
        await AnsweredAsync(LookUpAsync("a.example"), 4, DnsStatus.NoSuchName);
        _clock.Advance(TimeSpan.FromMinutes(5));
        await AnsweredAsync(LookUpAsync("b.example"), 4, DnsStatus.NoSuchName);
    }

    [Fact]
    public async Task Known_answers_need_neither_a_turn_nor_time()
    {
        var known = new DnsAnswer(DnsStatus.NoData, [], "known.example", Authenticated: false);
        var budget = new MailDnsBudget(new KnowingResolver(known), new MailDnsOptions { AtOnce = 0, Time = TimeSpan.Zero }, _clock);
        Assert.Same(known, await budget.LookUpAsync("known.example", DnsRecordType.A, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_mail_that_is_given_up_waits_no_longer()
    {
        using var given = new CancellationTokenSource();
        var asking = _budget.LookUpAsync("a.example", DnsRecordType.A, given.Token).AsTask();
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    private Task<DnsAnswer> LookUpAsync(string name) =>
        _budget.LookUpAsync(name, DnsRecordType.A, TestContext.Current.CancellationToken).AsTask();

    private async Task AnsweredAsync(Task<DnsAnswer> asking, int afterSeconds, DnsStatus status)
    {
        _clock.Advance(TimeSpan.FromSeconds(afterSeconds) - TimeSpan.FromTicks(1));
        Assert.False(asking.IsCompleted);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(status, (await asking).Status);
    }

    /// <summary>The client's own questions keep the mail waiting, which is something else than a silent domain.</summary>
    [Fact]
    public async Task A_look_up_that_had_no_turn_at_the_resolver_is_noticed()
    {
        var resolver = new DnsResolver(
            new DnsResolverOptions { Servers = [System.Net.IPEndPoint.Parse("127.0.0.1:53")], MostQueries = 2 }, _clock,
            async (_, _, _, stop) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _clock, stop);
                return DnsMessage.Unusable;
            });
        var options = new MailDnsOptions { Time = TimeSpan.FromSeconds(2) };
        var (first, second) = (new MailDnsBudget(resolver.For(1), options, _clock), new MailDnsBudget(resolver.For(1), options, _clock));
        var running = first.LookUpAsync("a.example", DnsRecordType.A, TestContext.Current.CancellationToken).AsTask();
        var waiting = second.LookUpAsync("b.example", DnsRecordType.A, TestContext.Current.CancellationToken).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((DnsStatus.Timeout, DnsStatus.Timeout), ((await running).Status, (await waiting).Status));
        Assert.Equal((false, true), (first.IsCrowdedOut, second.IsCrowdedOut));
    }

    private sealed class KnowingResolver(DnsAnswer known) : IDnsResolver
    {
        public DnsAnswer? FindKnown(string name, DnsRecordType type) => known;

        public ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("the answer is known");
    }
}
