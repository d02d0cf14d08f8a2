using System.Collections.Concurrent;
using System.Net;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.Dns;

/// <summary>Who waits for whom when many answers come over TCP.</summary>
public class DnsTcpTurnsTests
{
    private const int Hog = 1;
    private const int Other = 2;

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _open = new();
    private readonly DnsResolver _resolver;
    private int _asked;

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
            var number = Interlocked.Increment(ref _asked);
            var open = _open[number] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            try
            {
                await open.Task.WaitAsync(cancellationToken);
            }
            finally
            {
                _open.TryRemove(number, out _);
            }
        }
        var answer = tcp ? new DnsAnswerBuilder(query.Octets).Add("", 1, 300, 192, 0, 2, 1).Build()
            : new DnsAnswerBuilder(query.Octets, truncated: true).Build();
        DnsMessageReader.TryRead(answer, out var message);
        return message!;
    }
}
