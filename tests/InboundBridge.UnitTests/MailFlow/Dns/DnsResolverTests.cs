using System.Net;
using InboundBridge.MailFlow.Dns;
using InboundBridge.UnitTests.Smtp.Client;

namespace InboundBridge.UnitTests.MailFlow.Dns;

public class DnsResolverTests
{
    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly List<(string Server, string Name, DnsRecordType Type, bool Tcp)> _asked = [];
    private Func<DnsQuery, bool, byte[]> _answer = (_, _) => throw new IOException("no answer was set");

    [Fact]
    public async Task An_answer_is_kept_for_its_time_to_live()
    {
        _answer = (query, _) => new DnsAnswerBuilder(query.Octets).Add("", 1, 300, 192, 0, 2, 1).Build();
        var resolver = Resolver();
        Assert.Equal("192.0.2.1", Assert.Single((await LookUpAsync(resolver, "Example.com.")).Addresses).ToString());
        await LookUpAsync(resolver, "example.COM");
        Assert.Single(_asked);
        _clock.Advance(TimeSpan.FromSeconds(299));
        await LookUpAsync(resolver);
        Assert.Single(_asked);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await LookUpAsync(resolver);
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task A_time_to_live_of_zero_is_never_kept()
    {
        _answer = (query, _) =>
            new DnsAnswerBuilder(query.Octets).Add("", 5, 300, DnsAnswerBuilder.Name("b.test")).Add("b.test", 1, 0, 192, 0, 2, 1).Build();
        var resolver = Resolver();
        await LookUpAsync(resolver);
        await LookUpAsync(resolver);
        Assert.Equal(2, _asked.Count);
        Assert.Equal(0, resolver.CachedCount);
    }

    [Theory]
    [InlineData(3, DnsStatus.NoSuchName)]
    [InlineData(0, DnsStatus.NoData)]
    public async Task A_negative_answer_is_kept_as_long_as_the_zone_says(int code, DnsStatus status)
    {
        _answer = (query, _) => new DnsAnswerBuilder(query.Octets, code).Soa("test", 900, 60).Build();
        var resolver = Resolver();
        Assert.Equal(status, (await LookUpAsync(resolver)).Status);
        await LookUpAsync(resolver);
        Assert.Single(_asked);
        _clock.Advance(TimeSpan.FromSeconds(60));
        await LookUpAsync(resolver);
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task A_negative_answer_without_a_zone_is_not_kept()
    {
        _answer = (query, _) => new DnsAnswerBuilder(query.Octets, 3).Build();
        var resolver = Resolver();
        await LookUpAsync(resolver);
        await LookUpAsync(resolver);
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task A_chain_of_aliases_in_one_answer_is_followed()
    {
        _answer = (query, _) => new DnsAnswerBuilder(query.Octets)
            .Add("c.test", 1, 300, 192, 0, 2, 1)
            .Add("b.test", 5, 300, DnsAnswerBuilder.Name("C.test"))
            .Add("", 5, 300, DnsAnswerBuilder.Name("b.test"))
            .Add("elsewhere.test", 1, 300, 203, 0, 113, 66)
            .Build();
        var answer = await LookUpAsync(Resolver());
        Assert.Equal(["192.0.2.1"], answer.Addresses.Select(address => address.ToString()));
        Assert.Equal("c.test", answer.CanonicalName);
    }

    [Fact]
    public async Task An_alias_that_the_server_does_not_resolve_is_queried()
    {
        _answer = (query, _) => IsFor(query, "example.com")
            ? new DnsAnswerBuilder(query.Octets).Add("", 5, 300, DnsAnswerBuilder.Name("b.test")).Build()
            : new DnsAnswerBuilder(query.Octets).Add("", 1, 300, 192, 0, 2, 2).Build();
        Assert.Equal("192.0.2.2", Assert.Single((await LookUpAsync(Resolver())).Addresses).ToString());
        Assert.Equal(["example.com", "b.test"], _asked.Select(question => question.Name));
    }

    [Fact]
    public async Task An_alias_to_a_missing_name_is_a_negative_answer()
    {
        _answer = (query, _) =>
            new DnsAnswerBuilder(query.Octets, 3).Add("", 5, 300, DnsAnswerBuilder.Name("gone.test")).Soa("test", 900, 60).Build();
        Assert.Equal(DnsStatus.NoSuchName, (await LookUpAsync(Resolver())).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_endless_chain_of_aliases_is_a_failure(bool circle)
    {
        var number = 0;
        _answer = (query, _) =>
            new DnsAnswerBuilder(query.Octets).Add("", 5, 300, DnsAnswerBuilder.Name(circle ? "example.com" : $"n{number++}.test")).Build();
        Assert.Equal(DnsStatus.Failure, (await LookUpAsync(Resolver())).Status);
        Assert.InRange(_asked.Count, 1, 20);
    }

    [Fact]
    public async Task A_truncated_answer_is_asked_for_over_tcp()
    {
        _answer = (query, tcp) =>
            tcp ? new DnsAnswerBuilder(query.Octets).Add("", 1, 300, 192, 0, 2, 1).Build()
            : new DnsAnswerBuilder(query.Octets, truncated: true).Build();
        Assert.Equal(DnsStatus.Success, (await LookUpAsync(Resolver())).Status);
        Assert.Equal([false, true], _asked.Select(question => question.Tcp));
    }

    [Fact]
    public async Task Answers_over_tcp_are_read_a_few_at_a_time()
    {
        var (running, most) = (0, 0);
        var hold = new TaskCompletionSource();
        _answer = (query, tcp) =>
            tcp ? new DnsAnswerBuilder(query.Octets).Add("", 1, 300, 192, 0, 2, 1).Build()
            : new DnsAnswerBuilder(query.Octets, truncated: true).Build();
        var resolver = new DnsResolver(Options() with { MostTcp = 2 }, _clock, async (server, query, tcp, cancellationToken) =>
        {
            if (tcp)
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await hold.Task;
                Interlocked.Decrement(ref running);
            }
            ValueTask<DnsMessage> answer;
            lock (_asked)
                answer = ExchangeAsync(server, query, tcp, cancellationToken);
            return await answer;
        });
        var asking = Enumerable.Range(0, 6).Select(number => LookUpAsync(resolver, $"n{number}.test")).ToArray();
        Assert.Equal(2, running);
        hold.SetResult();
        Assert.All(await Task.WhenAll(asking), answer => Assert.Equal(DnsStatus.Success, answer.Status));
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task After_a_server_that_fails_the_next_one_is_asked()
    {
        _answer = (query, _) => _asked[^1].Server == "192.0.2.53:53"
            ? new DnsAnswerBuilder(query.Octets, 2).Build()
            : new DnsAnswerBuilder(query.Octets).Add("", 1, 300, 192, 0, 2, 1).Build();
        Assert.Equal(DnsStatus.Success, (await LookUpAsync(Resolver("192.0.2.53:53", "192.0.2.54:53"))).Status);
        Assert.Equal(["192.0.2.53:53", "192.0.2.54:53"], _asked.Select(question => question.Server));
    }

    [Fact]
    public async Task A_server_without_edns_is_asked_again_without_it()
    {
        _answer = (query, _) => query.Octets[11] == 1
            ? new DnsAnswerBuilder(query.Octets, 1).Build()
            : new DnsAnswerBuilder(query.Octets).Add("", 1, 300, 192, 0, 2, 1).Build();
        Assert.Equal(DnsStatus.Success, (await LookUpAsync(Resolver())).Status);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Failures_are_temporary_and_kept_for_two_seconds(int code)
    {
        _answer = (query, _) => new DnsAnswerBuilder(query.Octets, code).Build();
        var resolver = Resolver();
        Assert.True((await LookUpAsync(resolver)).IsTemporary);
        Assert.Equal(2, _asked.Count);
        Assert.True((await LookUpAsync(resolver)).IsTemporary);
        Assert.Equal(2, _asked.Count);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await LookUpAsync(resolver);
        Assert.Equal(4, _asked.Count);
    }

    [Fact]
    public async Task Silence_ends_with_the_time_out()
    {
        var resolver = new DnsResolver(Options("192.0.2.53:53", "192.0.2.54:53"), _clock, SilentAsync);
        var asking = LookUpAsync(resolver);
        await _clock.AdvanceUntilAsync(asking, TestContext.Current.CancellationToken);
        Assert.Equal(DnsStatus.Timeout, (await asking).Status);

        static async ValueTask<DnsMessage> SilentAsync(IPEndPoint server, DnsQuery query, bool tcp, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException();
        }
    }

    [Theory]
    [InlineData("127.0.0.1:53", null, true)]
    [InlineData("192.0.2.53:53", null, false)]
    [InlineData("192.0.2.53:53", true, true)]
    [InlineData("127.0.0.1:53", false, false)]
    public async Task Only_the_ad_bit_of_a_trusted_server_counts(string server, bool? trust, bool authenticated)
    {
        _answer = (query, _) => new DnsAnswerBuilder(query.Octets, authenticData: true).Add("", 1, 300, 192, 0, 2, 1).Build();
        var resolver = new DnsResolver(Options(server) with { TrustAuthenticatedData = trust }, _clock, ExchangeAsync);
        Assert.Equal(authenticated, (await LookUpAsync(resolver)).Authenticated);
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public async Task The_ad_bit_counts_when_each_answer_of_a_chain_has_it(bool first, bool second, bool authenticated)
    {
        _answer = (query, _) => IsFor(query, "example.com")
            ? new DnsAnswerBuilder(query.Octets, authenticData: first).Add("", 5, 300, DnsAnswerBuilder.Name("b.test")).Build()
            : new DnsAnswerBuilder(query.Octets, authenticData: second).Add("", 1, 300, 192, 0, 2, 2).Build();
        Assert.Equal(authenticated, (await LookUpAsync(Resolver())).Authenticated);
    }

    [Fact]
    public async Task The_same_question_at_the_same_time_is_asked_once()
    {
        var hold = new TaskCompletionSource();
        var resolver = new DnsResolver(Options(), _clock, async (server, query, tcp, cancellationToken) =>
        {
            await hold.Task;
            return await ExchangeAsync(server, query, tcp, cancellationToken);
        });
        _answer = (query, _) => new DnsAnswerBuilder(query.Octets).Add("", 1, 0, 192, 0, 2, 1).Build();
        using var impatient = new CancellationTokenSource();
        var first = resolver.LookUpAsync("example.com", DnsRecordType.A, impatient.Token).AsTask();
        var second = LookUpAsync(resolver);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        hold.SetResult();
        Assert.Equal(DnsStatus.Success, (await second).Status);
        Assert.Single(_asked);
    }

    [Fact]
    public async Task More_questions_than_sockets_wait_and_more_than_that_fail_at_once()
    {
        var hold = new TaskCompletionSource();
        var running = 0;
        var resolver = new DnsResolver(Options() with { MostQueries = 2, MostPending = 5 }, _clock,
            async (server, query, tcp, cancellationToken) =>
            {
                Assert.InRange(Interlocked.Increment(ref running), 1, 2);
                await hold.Task;
                Interlocked.Decrement(ref running);
                return await ExchangeAsync(server, query, tcp, cancellationToken);
            });
        _answer = (query, _) => new DnsAnswerBuilder(query.Octets).Add("", 1, 0, 192, 0, 2, 1).Build();
        var asking = Enumerable.Range(0, 7).Select(number => LookUpAsync(resolver, $"n{number}.test")).ToArray();
        Assert.Equal([DnsStatus.Failure, DnsStatus.Failure], (await Task.WhenAll(asking[5..])).Select(answer => answer.Status));
        Assert.Equal(2, running);
        hold.SetResult();
        Assert.All(await Task.WhenAll(asking[..5]), answer => Assert.Equal(DnsStatus.Success, answer.Status));
    }

    [Fact]
    public async Task A_name_with_odd_octets_finds_its_records()
    {
        _answer = (query, _) => new DnsAnswerBuilder(query.Octets).Add("", 1, 300, 192, 0, 2, 1).Build();
        Assert.Equal(DnsStatus.Success, (await LookUpAsync(Resolver(), "a b%c.Test")).Status);
    }

    [Fact]
    public async Task A_thousand_aliases_in_one_answer_are_a_failure()
    {
        _answer = (query, _) =>
        {
            var builder = new DnsAnswerBuilder(query.Octets).Add("", 5, 300, DnsAnswerBuilder.Name("n0.test"));
            for (var number = 0; number < 1000; number++)
                builder.Add($"n{number}.test", 5, 300, DnsAnswerBuilder.Name($"n{number + 1}.test"));
            return builder.Add("n1000.test", 1, 300, 192, 0, 2, 1).Build();
        };
        Assert.Equal(DnsStatus.Failure, (await LookUpAsync(Resolver())).Status);
        Assert.Single(_asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("m\u00fcller.example")]
    public async Task An_invalid_name_does_not_exist_and_is_not_queried(string name)
    {
        Assert.Equal(DnsStatus.NoSuchName, (await LookUpAsync(Resolver(), name)).Status);
        Assert.Empty(_asked);
    }

    private static async Task<DnsAnswer> LookUpAsync(DnsResolver resolver, string name = "example.com") =>
        await resolver.LookUpAsync(name, DnsRecordType.A, TestContext.Current.CancellationToken);

    private static DnsResolverOptions Options(params string[] servers) =>
        new() { Servers = [.. (servers.Length == 0 ? ["127.0.0.1:53"] : servers).Select(IPEndPoint.Parse)] };

    private static bool IsFor(DnsQuery query, string name) => Name(query).Equals(name, StringComparison.OrdinalIgnoreCase);

    private static string Name(DnsQuery query) =>
        DnsMessageReader.TryRead(new DnsAnswerBuilder(query.Octets).Add("", 5, 0, 0xC0, 12).Build(), out var message)
            ? message!.Answers[0].Name : "?";

    private DnsResolver Resolver(params string[] servers) => new(Options(servers), _clock, ExchangeAsync);

    private ValueTask<DnsMessage> ExchangeAsync(IPEndPoint server, DnsQuery query, bool tcp, CancellationToken cancellationToken)
    {
        var type = (DnsRecordType)query.Question.Span[^3];
        _asked.Add((server.ToString(), Name(query).ToLowerInvariant(), type, tcp));
        return DnsMessageReader.TryRead(_answer(query, tcp), out var message)
            ? new ValueTask<DnsMessage>(message!) : throw new IOException("broken answer");
    }
}
