using System.Net;
using InboundBridge.MailFlow.Dns;
using InboundBridge.UnitTests.MailFlow.Spool;
using InboundBridge.UnitTests.Smtp.Client;

namespace InboundBridge.UnitTests.MailFlow.Dns;

/// <summary>The operator is told once that name servers are silent, and once that they answer again.</summary>
public class DnsOutageTests
{
    private const int Silent = 4301;
    private const int Answers = 4302;
    private const int ServerFailure = 2;

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly CaptureLog _log = new();
    private Func<DnsQuery, byte[]> _answer = _ => throw new IOException("unreachable");
    private int _names;

    [Fact]
    public async Task Servers_that_never_answer_are_a_warning_and_their_return_is_told()
    {
        var resolver = Resolver();
        await LookUpAsync(resolver, times: 3);
        _clock.Advance(DnsOutage.Patience - TimeSpan.FromSeconds(1));
        await LookUpAsync(resolver, times: 3);
        Assert.Empty(_log.All);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await LookUpAsync(resolver, times: 50);
        _clock.Advance(TimeSpan.FromHours(2));
        await LookUpAsync(resolver, times: 50);
        var (line, text) = Assert.Single(_log.All);
        Assert.Equal(Silent, line);
        Assert.StartsWith("no name server answers: ", text, StringComparison.Ordinal);
        Assert.EndsWith(
            "in dns.servers servers=192.0.2.53:53,192.0.2.54:53 seconds=30: 192.0.2.54:53: unreachable", text, StringComparison.Ordinal);

        _answer = query => new DnsAnswerBuilder(query.Octets, 3).Build();
        await LookUpAsync(resolver, times: 50);
        Assert.Equal([Silent, Answers], _log.All.Select(each => each.Event));
        Assert.Equal("name servers answer again seconds=7230", _log.All[1].Text);
    }

    [Fact]
    public async Task A_second_outage_is_told_too()
    {
        var resolver = Resolver();
        for (var outage = 1; outage <= 2; outage++)
        {
            _answer = query => new DnsAnswerBuilder(query.Octets, ServerFailure).Build();
            await LookUpAsync(resolver, times: 2);
            _clock.Advance(DnsOutage.Patience);
            await LookUpAsync(resolver, times: 2);
            Assert.Equal(outage, _log.Count(Silent));
            _answer = query => new DnsAnswerBuilder(query.Octets).Add("", 1, 300, 192, 0, 2, 1).Build();
            await LookUpAsync(resolver, times: 2);
            Assert.Equal(outage, _log.Count(Answers));
        }
    }

    /// <summary>Whoever sends mail for dead domains makes every look-up fail on a machine that has little else to do.</summary>
    [Fact]
    public async Task Dead_domains_are_no_outage()
    {
        _answer = query => query.Question.Span[0] == 0
            ? new DnsAnswerBuilder(query.Octets).Build() : new DnsAnswerBuilder(query.Octets, ServerFailure).Build();
        var resolver = Resolver();
        for (var minute = 0; minute < 10; minute++)
        {
            await LookUpAsync(resolver, times: 5);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Empty(_log.All);
    }

    [Fact]
    public async Task A_second_server_that_answers_is_enough()
    {
        var asked = 0;
        _answer = query => asked++ % 2 == 0
            ? throw new IOException("unreachable") : new DnsAnswerBuilder(query.Octets).Add("", 1, 300, 192, 0, 2, 1).Build();
        var resolver = Resolver();
        for (var minute = 0; minute < 10; minute++)
        {
            await LookUpAsync(resolver, times: 5);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Empty(_log.All);
    }

    [Fact]
    public async Task Silence_counts_as_no_answer()
    {
        var resolver = Resolver((_, _, _, cancellationToken) =>
        {
            while (!cancellationToken.IsCancellationRequested)
                _clock.Advance(TimeSpan.FromSeconds(1));
            return ValueTask.FromCanceled<DnsMessage>(cancellationToken);
        });
        await LookUpAsync(resolver, times: 20);
        Assert.EndsWith("192.0.2.54:53 did not answer in time", Assert.Single(_log.All).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "SERVFAIL")]
    [InlineData(5, "REFUSED")]
    [InlineData(9, "with code 9")]
    public async Task A_refusal_is_told_by_its_name(int code, string name)
    {
        _answer = query => new DnsAnswerBuilder(query.Octets, code).Build();
        var resolver = Resolver();
        await LookUpAsync(resolver, times: 2);
        _clock.Advance(DnsOutage.Patience);
        await LookUpAsync(resolver, times: 2);
        Assert.EndsWith($"192.0.2.54:53 answered {name}", Assert.Single(_log.All).Text, StringComparison.Ordinal);
    }

    private async Task LookUpAsync(DnsResolver resolver, int times)
    {
        for (; times > 0; times--)
            await resolver.LookUpAsync($"n{_names++}.test", DnsRecordType.A, TestContext.Current.CancellationToken);
    }

    private DnsResolver Resolver(DnsExchange? exchange = null) => new(
        new DnsResolverOptions { Servers = [IPEndPoint.Parse("192.0.2.53:53"), IPEndPoint.Parse("192.0.2.54:53")] },
        _clock, exchange ?? ExchangeAsync, metrics: null, new DnsOutage(_clock, _log));

    private ValueTask<DnsMessage> ExchangeAsync(IPEndPoint server, DnsQuery query, bool tcp, CancellationToken cancellationToken) =>
        DnsMessageReader.TryRead(_answer(query), out var message)
            ? new ValueTask<DnsMessage>(message!) : throw new IOException("broken answer");
}
