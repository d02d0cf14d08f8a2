using System.Text;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.TransportSecurity;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;
using InboundBridge.UnitTests.MailFlow.Dns;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.TransportSecurity.MtaSts;

public class MtaStsPoliciesTests
{
    private const string Domain = "example.com";

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly ZoneResolver _zone = new();
    private readonly MemoryNotes _notes;
    private readonly List<string> _fetched = [];
    private MtaStsPolicies _policies;
    private MtaStsFetched _answer = Policy("enforce", "a.example.com");

    public MtaStsPoliciesTests()
    {
        _notes = new MemoryNotes(_clock);
        _policies = Make();
        Announce("1");
    }

    [Fact]
    public async Task A_policy_is_fetched_once_and_kept()
    {
        for (var mail = 0; mail < 3; mail++)
            Assert.Equal(["a.example.com"], (await FindAsync())!.Hosts);
        Assert.Equal([Domain], _fetched);
    }

    [Fact]
    public async Task A_domain_without_a_record_has_no_policy_and_nothing_is_fetched()
    {
        Assert.Equal(MtaStsFinding.None, await _policies.FindAsync("other.test", TestContext.Current.CancellationToken));
        Assert.Empty(_fetched);
    }

    [Fact]
    public async Task Another_id_makes_it_fetched_again()
    {
        await FindAsync();
        Announce("2");
        _answer = Policy("testing", "b.example.com");
        Assert.Equal(["b.example.com"], (await FindAsync())!.Hosts);
        Assert.Equal(2, _fetched.Count);
    }

    [Theory]
    [InlineData("record gone")]
    [InlineData("dns broken")]
    [InlineData("other id, not to be fetched")]
    public async Task A_kept_policy_lasts_over_restarts_whatever_an_attacker_suppresses(string attack)
    {
        await FindAsync();
        _policies = Make();
        _zone.Remove("_mta-sts." + Domain);
        if (attack == "dns broken")
            _zone.Failing("_mta-sts." + Domain, DnsStatus.Timeout);
        if (attack.StartsWith("other", StringComparison.Ordinal))
            Announce("2");
        _answer = new MtaStsFetched(null, TlsFailure.StsPolicyFetchError, "404");
        Assert.Equal(["a.example.com"], (await FindAsync())!.Hosts);
        _clock.Advance(TimeSpan.FromDays(6.9));
        Assert.Equal(["a.example.com"], (await FindAsync())!.Hosts);
        _clock.Advance(TimeSpan.FromDays(0.2));
        Assert.Null(await FindAsync());
    }

    [Fact]
    public async Task A_failed_fetch_is_no_policy_and_is_repeated_after_five_minutes()
    {
        _answer = new MtaStsFetched(null, TlsFailure.StsPolicyInvalid, "the policy has no mode");
        for (var mail = 0; mail < 3; mail++)
        {
            Assert.Equal(
                new MtaStsFinding(null, TlsFailure.StsPolicyInvalid, "the policy has no mode"),
                await _policies.FindAsync(Domain, TestContext.Current.CancellationToken));
        }
        Assert.Single(_fetched);
        _clock.Advance(TimeSpan.FromMinutes(5));
        _answer = Policy("enforce", "a.example.com");
        Assert.NotNull(await FindAsync());
        Assert.Equal(2, _fetched.Count);
    }

    [Fact]
    public async Task A_policy_is_refreshed_after_a_day_while_mail_goes_on()
    {
        await FindAsync();
        _clock.Advance(TimeSpan.FromDays(1));
        _answer = Policy("enforce", "b.example.com");
        Assert.Equal(["a.example.com"], (await FindAsync())!.Hosts);
        Assert.Equal(["b.example.com"], (await FindAsync())!.Hosts);
        Assert.Equal(2, _fetched.Count);
    }

    [Fact]
    public async Task Mode_none_is_no_policy_and_ends_an_earlier_one()
    {
        await FindAsync();
        Announce("2");
        _answer = Policy("none", "a.example.com");
        Assert.Null(await FindAsync());
        _policies = Make();
        Assert.Null(await FindAsync());
    }

    [Fact]
    public async Task Deliveries_at_the_same_time_share_a_fetch()
    {
        var hold = new TaskCompletionSource();
        _policies = new MtaStsPolicies(_zone, async (domain, _) =>
        {
            await FetchAsync(domain, default);
            await hold.Task;
            return _answer;
        }, _notes, "", _clock, Log());
        var all = Enumerable.Range(0, 10).Select(_ => FindAsync()).ToArray();
        hold.SetResult();
        Assert.All(await Task.WhenAll(all), Assert.NotNull);
        Assert.Single(_fetched);
    }

    [Fact]
    public async Task Relays_that_trust_other_authorities_fetch_for_themselves()
    {
        await FindAsync();
        _policies = Make("scope");
        Assert.NotNull(await FindAsync());
        Assert.Equal(2, _fetched.Count);
        Assert.Equal(2, _notes.Count("mta-sts"));
    }

    [Fact]
    public async Task Without_a_disk_policies_are_kept_in_memory()
    {
        _notes.IsBroken = true;
        Assert.NotNull(await FindAsync());
        Assert.NotNull(await FindAsync());
        Assert.Single(_fetched);
    }

    private static MtaStsFetched Policy(string mode, string host)
    {
        var text = $"version: STSv1\nmode: {mode}\nmx: {host}\nmax_age: 604800\n";
        Assert.True(MtaStsPolicyReader.TryRead(Encoding.ASCII.GetBytes(text), out var policy, out _));
        return new MtaStsFetched(policy);
    }

    private void Announce(string id) => _zone.Remove("_mta-sts." + Domain).Txt("_mta-sts." + Domain, $"v=STSv1; id={id};");

    private async Task<MtaStsPolicy?> FindAsync() => (await _policies.FindAsync(Domain, TestContext.Current.CancellationToken)).Policy;

    private MtaStsPolicies Make(string scope = "") => new(_zone, FetchAsync, _notes, scope, _clock, Log());

    private ValueTask<MtaStsFetched> FetchAsync(string domain, CancellationToken cancellationToken)
    {
        lock (_fetched)
            _fetched.Add(domain);
        return new ValueTask<MtaStsFetched>(_answer);
    }

    private static TransportLog Log() => new(NullLogger<TransportLog>.Instance);
}
