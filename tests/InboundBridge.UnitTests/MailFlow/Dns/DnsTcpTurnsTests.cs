using System.Collections.Concurrent;
using System.Net;
using System.Text;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.Dns;

/// <summary>Who waits for whom when many answers come over TCP.</summary>
public class DnsTcpTurnsTests
{
    private const int Hog = 1;
    private const int Other = 2;

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _open = new();
    private readonly ConcurrentQueue<string> _asked = [];
    private readonly DnsResolver _resolver;

    public DnsTcpTurnsTests() => _resolver = new DnsResolver(
        new DnsResolverOptions { Servers = [IPEndPoint.Parse("127.0.0.1:53")], MostTcp = 4 }, _clock, ExchangeAsync);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_whose_answers_all_come_over_tcp_leaves_a_turn_for_another()
    {
        var hog = Enumerable.Range(0, 10).Select(number => Ask(_resolver.For(Hog), $"h{number}")).ToArray();
        Assert.Equal(2, _open.Count);
        var other = Ask(_resolver.For(Other), "o");
        Assert.Equal(3, _open.Count);
        await AnswerAllAsync([.. hog, other]);
        Assert.All(await Task.WhenAll(hog), answer => Assert.Equal(DnsStatus.Success, answer.Status));
    }

    /// <summary>Otherwise a client could ask for the names that others need, and let them wait behind its own.</summary>
    [Fact]
    public async Task A_question_that_waits_behind_a_greedy_client_is_asked_at_once_for_another()
    {
        var hog = Enumerable.Range(0, 10).Select(number => Ask(_resolver.For(Hog), $"h{number}")).ToArray();
        var other = Ask(_resolver.For(Other), "h9");
        while (_open.Count < 3)
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
        await AnswerAllAsync(other);
        Assert.Equal(DnsStatus.Success, (await other).Status);
        await AnswerAllAsync(hog);
    }

    [Fact]
    public async Task A_question_that_has_no_turn_in_time_is_crowded_out_and_not_kept()
    {
        using var first = new CancellationTokenSource();
        using var last = new CancellationTokenSource();
        var hog = new[] { first, first, last }.Select((ending, number) => _resolver.For(Hog)
            .LookUpAsync($"h{number}.test", DnsRecordType.A, ending.Token).AsTask()).ToArray();
        await last.CancelAsync();
        await Assert.ThrowsAsync<DnsCrowdedException>(() => hog[2]);
        await first.CancelAsync();
        Assert.IsNotType<DnsCrowdedException>(await Record.ExceptionAsync(() => hog[0]));
        var other = Ask(_resolver.For(Other), "h2");
        await AnswerAllAsync(other);
        Assert.Equal(DnsStatus.Success, (await other).Status);
    }

    /// <summary>The turn comes one second before the time ends that the question had before it.</summary>
    [Fact]
    public async Task The_wait_for_a_turn_takes_nothing_of_the_time_to_answer()
    {
        var late = await AskUntilLateTurnAsync();
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.False(late.IsCompleted);
        _open["late"].SetResult();
        Assert.Equal(DnsStatus.Success, (await late).Status);
        Assert.NotNull(_resolver.FindKnown("late.test", DnsRecordType.A));
    }

    /// <summary>Otherwise a client makes a domain's policy unknown for itself, and through the cache for all others.</summary>
    [Fact]
    public async Task A_question_whose_turn_came_too_late_ends_in_bounded_time_is_crowded_out_and_not_kept()
    {
        var late = await AskUntilLateTurnAsync();
        _clock.Advance(TimeSpan.FromSeconds(2.5));
        await UntilAsync(() => _asked.Count(label => label == "late") == 2);
        Assert.False(late.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2.5));
        var answer = await late;
        Assert.Equal((DnsStatus.Timeout, true), (answer.Status, answer.IsCrowdedOut));
        await AssertNotKeptAsync("late");
    }

    [Fact]
    public async Task A_server_that_fails_after_a_wait_for_a_turn_is_not_kept()
    {
        var first = Ask(_resolver.For(Hog), "h0");
        _ = Ask(_resolver.For(Hog), "h1");
        var late = Ask(_resolver.For(Hog).Urgent, "late");
        _open["h0"].SetResult();
        await first;
        for (var number = 1; number <= 2; number++)
        {
            await UntilAsync(() => _asked.Count(label => label == "late") == number);
            _open["late"].SetException(new IOException("broken"));
        }
        var answer = await late;
        Assert.Equal((DnsStatus.Failure, true), (answer.Status, answer.IsCrowdedOut));
        await AssertNotKeptAsync("late");
    }

    [Fact]
    public async Task A_question_that_its_caller_ends_after_a_wait_for_a_turn_is_crowded_out()
    {
        using var ending = new CancellationTokenSource();
        var first = Ask(_resolver.For(Hog), "h0");
        _ = Ask(_resolver.For(Hog), "h1");
        var late = _resolver.For(Hog).LookUpAsync("late.test", DnsRecordType.A, ending.Token).AsTask();
        _open["h0"].SetResult();
        await first;
        await UntilAsync(() => _open.ContainsKey("late"));
        await ending.CancelAsync();
        await Assert.ThrowsAsync<DnsCrowdedException>(() => late);
    }

    /// <summary>Asks at one second for what gets its turn at five seconds: four questions that no server answers come first.</summary>
    private async Task<Task<DnsAnswer>> AskUntilLateTurnAsync()
    {
        for (var number = 0; number < 4; number++)
            _ = Ask(_resolver.For(Hog), $"h{number}");
        _clock.Advance(TimeSpan.FromSeconds(1));
        var late = Ask(_resolver.For(Hog), "late");
        _clock.Advance(TimeSpan.FromSeconds(1.5));
        await UntilAsync(() => _open.ContainsKey("h2") && _open.ContainsKey("h3"));
        _clock.Advance(TimeSpan.FromSeconds(2.5));
        await UntilAsync(() => _open.ContainsKey("late"));
        return late;
    }

    private async Task AssertNotKeptAsync(string name)
    {
        Assert.Null(_resolver.FindKnown($"{name}.test", DnsRecordType.A));
        var other = Ask(_resolver.For(Other), name);
        await AnswerAllAsync(other);
        Assert.Equal(DnsStatus.Success, (await other).Status);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static Task<DnsAnswer> Ask(IDnsResolver resolver, string name) =>
        resolver.LookUpAsync($"{name}.test", DnsRecordType.A, Token).AsTask();

    private async Task AnswerAllAsync(params Task<DnsAnswer>[] until)
    {
        while (!until.All(task => task.IsCompleted))
        {
            foreach (var open in _open.Values)
                open.TrySetResult();
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async ValueTask<DnsMessage> ExchangeAsync(IPEndPoint server, DnsQuery query, bool tcp, CancellationToken cancellationToken)
    {
        if (tcp)
        {
            // The first label; its letters have random case.
            var label = Encoding.ASCII.GetString(query.Octets.AsSpan(13, query.Octets[12])).ToLowerInvariant();
            var open = _open[label] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _asked.Enqueue(label);
            try
            {
                await open.Task.WaitAsync(cancellationToken);
            }
            finally
            {
                _open.TryRemove(label, out _);
            }
        }
        var answer = tcp ? new DnsAnswerBuilder(query.Octets).Add("", 1, 300, 192, 0, 2, 1).Build()
            : new DnsAnswerBuilder(query.Octets, truncated: true).Build();
        DnsMessageReader.TryRead(answer, out var message);
        return message!;
    }
}
