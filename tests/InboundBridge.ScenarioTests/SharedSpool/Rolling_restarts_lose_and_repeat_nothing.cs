using System.Globalization;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>
/// Two nodes under steady load are stopped (SIGTERM) and started again in turn. A node that stops takes no new mail, finishes what is under
/// way, and gives its claims back. The short run has four restarts; INBOUNDBRIDGE_ROLLING_RESTARTS=20 makes it the whole one, in which now
/// and then a receiver answers only after some seconds.
/// </summary>
public sealed class Rolling_restarts_lose_and_repeat_nothing : IDisposable
{
    private const int Senders = 12;

    private const int MailsBetween = 150;

    private static readonly int? Restarts =
        Environment.GetEnvironmentVariable("INBOUNDBRIDGE_ROLLING_RESTARTS") is { Length: > 0 } restarts
            ? int.Parse(restarts, CultureInfo.InvariantCulture) : null;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    private static readonly TimeSpan AnswerAfter = TimeSpan.FromMilliseconds(60);

    /// <summary>Longer than most requests, and within what a stop waits for those under way.</summary>
    private static readonly TimeSpan SlowAnswer = TimeSpan.FromSeconds(8);

    /// <summary>30 s for mails that are being received and 30 s for deliveries; both are far shorter here.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(30);

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Of_two_nodes_under_load()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var tally = await WebhookTally.StartAsync(AnswerAfter);
        await using var first = await StartAsync(postgres, tally, "first");
        await using var second = await StartAsync(postgres, tally, "second");
        Appliance[] nodes = [first, second];
        string Log() => string.Join('\n', nodes.Select(node => string.Join('\n', node.Log.Split('\n').TakeLast(40))));
        await using var load = new SteadyLoad(nodes, Senders, Pause);
        var longest = TimeSpan.Zero;
        for (var turn = 0; turn < (Restarts ?? 4); turn++)
        {
            await load.GoOnAsync(MailsBetween, Log);
            tally.AnswerAfter = Restarts is not null && turn % 5 == 4 ? SlowAnswer : AnswerAfter;
            var watch = Deadline.Usual;
            Assert.Equal(0, await nodes[turn % 2].StopAsync());
            longest = watch.Elapsed > longest ? watch.Elapsed : longest;
            tally.AnswerAfter = AnswerAfter;
            await nodes[turn % 2].StartAsync();
        }
        await load.GoOnAsync(MailsBetween, Log);
        await load.StopAsync();
        await first.QueueEmptyAsync();
        var account = new ClusterAccount(load, tally, []);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Restarts ?? 4} restarts, the slowest stop took {longest.TotalSeconds:0.0} s; {account}"));
        Assert.True(account.Lost.Count == 0, $"lost: {string.Join(", ", account.Lost)}\n{account}\n{Log()}");
        Assert.True(account.Unexplained.Count == 0, $"{string.Join('\n', account.Unexplained)}\n{account}\n{Log()}");
        Assert.Empty(account.OfTwoIds);
        Assert.All(load.Refused, reply => Assert.StartsWith("4", reply, StringComparison.Ordinal));
        Assert.True(longest < LongestStop, $"a stop took {longest}");
        Assert.Equal(["0"], await postgres.ReadAsync("SELECT count(*)::text FROM deliveries WHERE state <> 2"));
    }

    private Task<Appliance> StartAsync(Postgres postgres, WebhookTally tally, string name) => Appliance.StartAsync(
        _folder, Node.Configuration(_folder, postgres.ConnectionText, tally.Destination(name), name), name);
}
