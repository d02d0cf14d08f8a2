using System.Net;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.DnsLists;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.DnsLists;

public class DnsListCheckTests
{
    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly ZoneResolver _zone;

    public DnsListCheckTests() => _zone = new ZoneResolver(_clock);

    [Theory]
    [InlineData("192.0.2.99", "99.2.0.192.list.example")]
    [InlineData("::ffff:192.0.2.99", "99.2.0.192.list.example")]
    [InlineData("2001:db8::1:2", "2.0.0.0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.list.example")]
    public async Task The_address_is_asked_for_in_reverse(string client, string name)
    {
        _zone.Address(name, "127.0.0.2");
        Assert.Equal([new DnsblListing("list.example", "127.0.0.2")], (await CheckAsync(client, List())).Listings);
        Assert.Equal([(name, DnsRecordType.A)], _zone.Asked);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.255.254.255", true)]
    [InlineData("127.255.255.0", false)]
    [InlineData("127.255.255.255", false)]
    [InlineData("128.0.0.1", false)]
    [InlineData("203.0.113.9", false)]
    public async Task Without_codes_every_answer_counts_that_is_no_error_of_the_list(string code, bool listed)
    {
        _zone.Address("1.2.0.192.list.example", code);
        var answers = await CheckAsync("192.0.2.1", List());
        Assert.Equal(listed ? [new DnsblListing("list.example", code)] : [], answers.Listings);
        Assert.Equal(listed ? 0 : 1, answers.Problems.Count);
        Assert.All(answers.Problems, problem => Assert.Contains(code, problem.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_codes_only_those_count_and_all_that_match_are_reported()
    {
        foreach (var code in new[] { "127.0.0.2", "127.0.0.3", "127.0.0.10", "127.0.0.11" })
            _zone.Address("1.2.0.192.list.example", code);
        var answers = await CheckAsync("192.0.2.1", List("127.0.0.2", "127.0.0.10-127.0.0.20"));
        Assert.Equal(["127.0.0.2", "127.0.0.10", "127.0.0.11"], answers.Listings.Select(listing => listing.Code));
        Assert.Empty(answers.Problems);
    }

    [Fact]
    public async Task A_list_of_good_clients_says_so()
    {
        _zone.Address("1.2.0.192.list.example", "127.0.5.1");
        Assert.Equal([new DnsblListing("list.example", "127.0.5.1", Allows: true)],
            (await CheckAsync("192.0.2.1", List() with { Allow = true })).Listings);
    }

    [Fact]
    public async Task A_client_that_no_list_names_is_not_listed()
    {
        var answers = await CheckAsync("192.0.2.1", List(), List() with { Zone = "other.example" });
        Assert.Empty(answers.Listings);
        Assert.Empty(answers.Problems);
    }

    [Fact]
    public async Task All_lists_are_asked_at_the_same_time_and_a_slow_one_is_left_behind()
    {
        _zone.Address("1.2.0.192.fast.example", "127.0.0.2").Address("1.2.0.192.slow.example", "127.0.0.2");
        _zone.Delay = TimeSpan.FromSeconds(3);
        var checking = CheckAsync("192.0.2.1",
            List() with { Zone = "slow.example" }, List() with { Zone = "fast.example", Timeout = TimeSpan.FromSeconds(5) });
        Assert.Equal(2, _zone.Asked.Count);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.False(checking.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var answers = await checking;
        Assert.Equal([new DnsblListing("fast.example", "127.0.0.2")], answers.Listings);
        Assert.Equal([new DnsListProblem("slow.example", "no answer within 2 s")], answers.Problems);
    }

    [Fact]
    public async Task The_query_to_a_silent_list_ends_with_the_wait_for_it()
    {
        _zone.Silent = "list.example";
        var checking = CheckAsync("192.0.2.1", List());
        Assert.Equal(1, _zone.Waiting);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Single((await checking).Problems);
        Assert.Equal(0, _zone.Waiting);
    }

    [Fact]
    public async Task A_list_that_fails_is_a_problem_and_no_listing()
    {
        _zone.Failing("1.2.0.192.list.example");
        var answers = await CheckAsync("192.0.2.1", List());
        Assert.Empty(answers.Listings);
        Assert.Equal("list.example", Assert.Single(answers.Problems).Zone);
    }

    [Fact]
    public async Task A_list_that_lies_with_many_answers_is_cut()
    {
        for (var number = 0; number < 200; number++)
            _zone.Address("1.2.0.192.list.example", $"127.0.1.{number}");
        Assert.Equal(16, (await CheckAsync("192.0.2.1", List())).Listings.Count);
    }

    private static DnsListOptions List(params string[] codes) => new()
    {
        Zone = "list.example",
        Codes = [.. codes.Select(code => DnsListCodes.TryParse(code, out var read) ? read : throw new InvalidDataException(code))],
    };

    private Task<DnsListAnswers> CheckAsync(string client, params DnsListOptions[] lists) =>
        new DnsListCheck(lists, _clock).CheckAsync(_zone, IPAddress.Parse(client), TestContext.Current.CancellationToken).AsTask();
}
