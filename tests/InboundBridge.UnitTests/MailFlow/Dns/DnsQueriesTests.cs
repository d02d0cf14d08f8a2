using System.Collections.Concurrent;
using System.Net;
using System.Text;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.UnitTests.MailFlow.Metrics;

namespace InboundBridge.UnitTests.MailFlow.Dns;

/// <summary>Who waits for whom when a resolver has more questions than it can ask at a time, and what ends when nobody waits.</summary>
public class DnsQueriesTests
{
    private const int Hog = 1;
    private const int Other = 2;

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly MetricRegistry _metrics = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<byte[]?>> _open = new();
    private readonly ConcurrentQueue<string> _names = [];
    private readonly DnsResolverOptions _options;
    private readonly DnsResolver _resolver;
    private int _asked;

    public DnsQueriesTests()
    {
        _options = new DnsResolverOptions { Servers = [IPEndPoint.Parse("127.0.0.1:53")], MostQueries = 8, MostPending = 24 };
        _resolver = new DnsResolver(_options, _clock, ExchangeAsync, new DnsMetrics(_metrics));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_question_of_a_caller_that_was_called_off_is_not_asked()
    {
        using var off = new CancellationTokenSource();
        await off.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _resolver.LookUpAsync("a.test", DnsRecordType.A, off.Token).AsTask());
        Assert.Equal(0, _asked);
        Assert.Equal((0, 0), _resolver.Held);
    }

    [Fact]
    public async Task The_query_ends_when_the_last_caller_stops_waiting()
    {
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var one = Ask(Hog, "a.test", first.Token);
        var other = Ask(Other, "a.test", second.Token);
        Assert.Equal(1, _asked);
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.Single(_open);
        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);
        await UntilAsync(() => _open.IsEmpty);
        Assert.Equal((0, 0), _resolver.Held);
        Assert.Contains("""outcome="abandoned"} 1""", await MetricsText.ReadAsync(_metrics), StringComparison.Ordinal);
        // Nothing is known about the name: the next one asks anew.
        var third = Ask(Other, "a.test");
        Assert.Equal(2, _asked);
        await AnswerAllAsync();
        Assert.Equal(DnsStatus.Success, (await third).Status);
    }

    [Fact]
    public async Task One_client_gets_half_and_a_second_one_its_turn_at_once()
    {
        var hog = Enumerable.Range(0, 12).Select(number => Ask(Hog, $"h{number}.test")).ToArray();
        Assert.Equal(4, _open.Count);
        var other = Enumerable.Range(0, 2).Select(number => Ask(Other, $"o{number}.test")).ToArray();
        Assert.Equal(6, _open.Count);
        var third = Ask(3, "third.test");
        Assert.Equal(7, _open.Count);
        await AnswerAllAsync([.. hog, .. other, third]);
        Assert.All(await Task.WhenAll([.. hog, .. other, third]), answer => Assert.Equal(DnsStatus.Success, answer.Status));
        Assert.Equal((0, 0), _resolver.Held);
    }

    [Fact]
    public async Task What_a_client_asks_beyond_its_share_fails_for_that_client_alone()
    {
        var hog = Enumerable.Range(0, 15).Select(number => Ask(Hog, $"h{number}.test")).ToArray();
        Assert.Equal(
            [DnsStatus.Failure, DnsStatus.Failure, DnsStatus.Failure], (await Task.WhenAll(hog[12..])).Select(answer => answer.Status));
        Assert.DoesNotContain(hog[..12], asking => asking.IsCompleted);
        var other = Ask(Other, "h14.test");
        await AnswerAllAsync([.. hog, other]);
        Assert.Equal(DnsStatus.Success, (await other).Status);
        Assert.All(await Task.WhenAll(hog[..12]), answer => Assert.Equal(DnsStatus.Success, answer.Status));
        Assert.Contains("""outcome="cut"} 3""", await MetricsText.ReadAsync(_metrics), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_clients_that_ask_for_everything_leave_a_turn_for_one_more()
    {
        var hogs = Enumerable.Range(0, 60).Select(number => Ask(10 + (number % 5), $"h{number}.test")).ToArray();
        var honest = Ask(Other, "honest.test");
        Assert.Equal((8, 6), (_open.Count, _resolver.Held.Clients));
        await AnswerAllAsync([honest]);
        Assert.Equal(DnsStatus.Success, (await honest).Status);
        await AnswerAllAsync(hogs);
    }

    /// <summary>Otherwise a client could ask for the names that others need, and let them wait behind its own.</summary>
    [Fact]
    public async Task A_question_that_waits_behind_those_of_a_greedy_client_is_asked_at_once_for_another()
    {
        var hog = Enumerable.Range(0, 12).Select(number => Ask(Hog, $"h{number}.test")).ToArray();
        var other = Ask(Other, "h11.test");
        Assert.Equal(5, _open.Count);
        await AnswerAllAsync([other, hog[11]]);
        Assert.Equal(DnsStatus.Success, (await other).Status);
        Assert.Equal(DnsStatus.Success, (await hog[11]).Status);
        await AnswerAllAsync(hog);
    }

    /// <summary>Nobody was asked, so the failure says nothing about the name.</summary>
    [Fact]
    public async Task The_time_out_of_a_question_without_a_turn_is_not_kept()
    {
        var hog = Enumerable.Range(0, 9).Select(number => Ask(Hog, $"h{number}.test")).ToArray();
        _clock.Advance(TimeSpan.FromSeconds(3));
        // Only what is open now: each answer lets another question begin, which stays open.
        foreach (var open in _open.Values.ToArray())
            open.TrySetResult(null);
        await Task.WhenAll(hog[..4]);
        await UntilAsync(() => _open.Count == 4);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(DnsStatus.Timeout, (await hog[8]).Status);
        var other = Ask(Other, "h8.test");
        await AnswerAllAsync([other]);
        Assert.Equal(DnsStatus.Success, (await other).Status);
        await AnswerAllAsync(hog);
    }

    [Fact]
    public async Task A_question_that_nobody_waits_for_leaves_the_queue()
    {
        using var off = new CancellationTokenSource();
        var hog = Enumerable.Range(0, 4).Select(number => Ask(Hog, $"h{number}.test")).ToArray();
        var waiting = Enumerable.Range(4, 8).Select(number => Ask(Hog, $"h{number}.test", off.Token)).ToArray();
        await off.CancelAsync();
        foreach (var asking in waiting)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await AnswerAllAsync(hog);
        Assert.Equal(4, _asked);
        Assert.Equal((0, 0), _resolver.Held);
    }

    [Fact]
    public async Task Turns_go_from_client_to_client()
    {
        var resolver = new DnsResolver(_options with { MostQueries = 1 }, _clock, ExchangeAsync);
        Task<DnsAnswer>[] asking =
        [
            resolver.LookUpAsync("own.test", DnsRecordType.A, Token).AsTask(),
            .. new[] { "1a", "1b", "1c", "2a", "2b", "3a" }.Select(name =>
                resolver.For((UInt128)(name[0] - '0')).LookUpAsync($"{name}.test", DnsRecordType.A, Token).AsTask()),
        ];
        await AnswerAllAsync(asking);
        Assert.Equal(["own", "1a", "2a", "3a", "1b", "2b", "1c"], _names);
        Assert.Equal((0, 0), resolver.Held);
    }

    /// <summary>Otherwise who sends a thousand mails at once would starve the DMARC policy of the one that matters.</summary>
    [Fact]
    public async Task Urgent_questions_come_before_the_clients_others()
    {
        var resolver = new DnsResolver(_options with { MostQueries = 1 }, _clock, ExchangeAsync);
        var (client, other) = (resolver.For(Hog), resolver.For(Other));
        Task<DnsAnswer>[] asking =
        [
            .. new[] { "first", "1a", "1b" }.Select(name => LookUp(client, name)), LookUp(client.Urgent, "1u"), LookUp(client.Urgent, "1b"),
            LookUp(other, "2a"), LookUp(client.Urgent, "1v"),
        ];
        await AnswerAllAsync(asking);
        Assert.Equal(["first", "1u", "2a", "1b", "1v", "1a"], _names);
        Assert.Equal((0, 0), resolver.Held);
    }

    [Fact]
    public async Task An_urgent_question_takes_the_place_of_the_newest_that_is_not()
    {
        var hog = Enumerable.Range(0, 12).Select(number => Ask(Hog, $"h{number}.test")).ToArray();
        var urgent = LookUp(_resolver.For(Hog).Urgent, "urgent");
        var loser = await hog[11];
        Assert.Equal((DnsStatus.Failure, true), (loser.Status, loser.IsCrowdedOut));
        await AnswerAllAsync([.. hog, urgent]);
        Assert.Equal(DnsStatus.Success, (await urgent).Status);
        Assert.All(await Task.WhenAll(hog[..11]), answer => Assert.Equal(DnsStatus.Success, answer.Status));
        Assert.Equal((0, 0), _resolver.Held);
    }

    [Fact]
    public async Task A_place_that_another_client_waits_in_too_is_kept_for_that_one()
    {
        var hog = Enumerable.Range(0, 9).Select(number => Ask(Hog, $"h{number}.test")).ToArray();
        var others = Enumerable.Range(0, 3).Select(number => Ask(Other, $"o{number}.test")).ToArray();
        var shared = (Of: Ask(Hog, "shared.test"), And: Ask(Other, "shared.test"));
        var urgent = Enumerable.Range(0, 2).Select(number => LookUp(_resolver.For(Hog).Urgent, $"u{number}")).ToArray();
        Assert.True((await hog[8]).IsCrowdedOut);
        Assert.False(shared.Of.IsCompleted);
        await AnswerAllAsync([.. hog, .. others, shared.Of, shared.And, .. urgent]);
        Assert.Equal(DnsStatus.Success, (await shared.And).Status);
        Assert.Equal((0, 0), _resolver.Held);
    }

    /// <summary>A mail must not pass for what its client kept us from asking.</summary>
    [Fact]
    public async Task Whoever_has_no_turn_learns_that_it_was_crowded_out()
    {
        using var off = new CancellationTokenSource();
        var hog = Enumerable.Range(0, 12).Select(number => Ask(Hog, $"h{number}.test", number == 11 ? off.Token : null)).ToArray();
        Assert.True((await Ask(Hog, "cut.test")).IsCrowdedOut);
        await off.CancelAsync();
        await Assert.ThrowsAsync<DnsCrowdedException>(() => hog[11]);
        using var running = new CancellationTokenSource();
        var other = Ask(Other, "o.test", running.Token);
        await running.CancelAsync();
        Assert.IsNotType<DnsCrowdedException>(await Record.ExceptionAsync(() => other));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True((await hog[10]).IsCrowdedOut);
        await AnswerAllAsync(hog[..10]);
        Assert.False((await hog[0]).IsCrowdedOut);
    }

    private Task<DnsAnswer> Ask(int client, string name, CancellationToken? token = null) =>
        _resolver.For((UInt128)client).LookUpAsync(name, DnsRecordType.A, token ?? Token).AsTask();

    private static Task<DnsAnswer> LookUp(IDnsResolver resolver, string name) =>
        resolver.LookUpAsync($"{name}.test", DnsRecordType.A, Token).AsTask();

    /// <summary>Answers what is asked until the tasks are complete; without tasks, once.</summary>
    private async Task AnswerAllAsync(params Task<DnsAnswer>[] until)
    {
        do
        {
            foreach (var open in _open.Values)
                open.TrySetResult(null);
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
        while (!until.All(task => task.IsCompleted));
    }

    private static async Task UntilAsync(Func<bool> happened)
    {
        while (!happened())
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async ValueTask<DnsMessage> ExchangeAsync(IPEndPoint server, DnsQuery query, bool tcp, CancellationToken cancellationToken)
    {
        var label = query.Question[1..(1 + query.Question.Span[0])];
        _names.Enqueue(Encoding.ASCII.GetString(label.Span).ToLowerInvariant());
        var number = Interlocked.Increment(ref _asked);
        var open = _open[number] = new TaskCompletionSource<byte[]?>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await open.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _open.TryRemove(number, out _);
        }
        DnsMessageReader.TryRead(new DnsAnswerBuilder(query.Octets).Add("", 1, 300, 192, 0, 2, 1).Build(), out var message);
        return message!;
    }
}
