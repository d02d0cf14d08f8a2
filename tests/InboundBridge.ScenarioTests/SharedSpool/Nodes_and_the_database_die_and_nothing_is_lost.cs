using System.Globalization;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>
/// Three nodes under steady load. Nodes are killed in turn and started again, and the database is killed twice. The short run has a few
/// thousand mails; INBOUNDBRIDGE_CLUSTER_MAILS=50000 makes it the whole one, with a kill every 30 seconds.
/// </summary>
public sealed class Nodes_and_the_database_die_and_nothing_is_lost : IDisposable
{
    private const int Senders = 12;

    /// <summary>Nodes that are killed in the short run.</summary>
    private const int FewKills = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(80);

    /// <summary>A few deliveries are under way at any moment.</summary>
    private static readonly TimeSpan AnswerAfter = TimeSpan.FromMilliseconds(60);

    private static readonly int? Mails =
        Environment.GetEnvironmentVariable("INBOUNDBRIDGE_CLUSTER_MAILS") is { Length: > 0 } mails
            ? int.Parse(mails, CultureInfo.InvariantCulture) : null;

    /// <summary>Between two kills of nodes.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(Mails is null ? 6 : 30);

    private readonly PeerFolder _folder = new();
    private readonly List<ClusterKill> _kills = [];
    private readonly List<Appliance> _nodes = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task And_only_what_was_in_flight_comes_twice()
    {
        string[] names = ["first", "second", "third"];
        await using var postgres = await Postgres.StartAsync();
        await using var tally = await WebhookTally.StartAsync(AnswerAfter);
        try
        {
            foreach (var name in names)
                _nodes.Add(await Appliance.StartAsync(
                    _folder, Node.Configuration(_folder, postgres.ConnectionText, tally.Destination(name), name), name));
            await using var load = new SteadyLoad(_nodes, Senders, Pause);
            for (var turn = 0; Mails is { } mails ? load.Accepted.Count < mails : turn < FewKills; turn++)
            {
                await WaitAsync(Interval / 2);
                if (turn is 1 or 2)
                    await KillAsync(postgres, load);
                await WaitAsync(Interval / 2);
                await KillAsync(postgres, turn % names.Length, names);
            }
            await load.StopAsync();
            await CheckAsync(postgres, tally, load);
        }
        finally
        {
            foreach (var node in _nodes)
                await node.DisposeAsync();
        }
    }

    private async Task CheckAsync(Postgres postgres, WebhookTally tally, SteadyLoad load)
    {
        string State() => $"{new ClusterAccount(load, tally, _kills)}\n{Logs()}";
        if (Mails is null)
            await Drained.WaitAsync(postgres, State, seconds: 180);
        else
            await EmptyAsync(postgres, State);
        var account = new ClusterAccount(load, tally, _kills);
        TestContext.Current.TestOutputHelper?.WriteLine(account.ToString());
        Assert.True(account.Lost.Count == 0, $"lost: {string.Join(", ", account.Lost)}\n{account}\n{Logs()}");
        Assert.True(account.Unexplained.Count == 0, $"{string.Join('\n', account.Unexplained)}\n{account}\n{Logs()}");
        Assert.Empty(account.OfTwoIds);
        Assert.All(load.Refused, reply => Assert.StartsWith("4", reply, StringComparison.Ordinal));
        Assert.Equal(["0"], await postgres.ReadAsync("SELECT count(*)::text FROM deliveries WHERE state <> 2"));
        // The short run shares its machine with other scenarios, and kills the next node before the claims of the last have expired.
        Assert.True(Mails is null || account.LongestResumption < TimeSpan.FromSeconds(35), account.ToString());
    }

    /// <summary>A node that has just died keeps its claims for half a minute; the whole run measures that.</summary>
    private static Task EmptyAsync(Postgres postgres, Func<string> state) => Deadline.InSeconds(180).UntilAsync(
        async () => (await postgres.ReadAsync("SELECT count(*)::text FROM deliveries WHERE state < 2")).Single() == "0",
        "an empty queue", state);

    /// <summary>Kills a node, notes what it had not finished, and starts it again.</summary>
    private async Task KillAsync(Postgres postgres, int index, string[] names)
    {
        var at = TimeProvider.System.GetTimestamp();
        await _nodes[index].KillAsync();
        _kills.Add(await NoteAsync(postgres, names[index], at));
        await _nodes[index].StartAsync();
    }

    private async Task KillAsync(Postgres postgres, SteadyLoad load)
    {
        var at = TimeProvider.System.GetTimestamp();
        await postgres.KillAsync();
        await load.AreRefusedAsync(Logs);
        await postgres.StartAgainAsync();
        _kills.Add(await NoteAsync(postgres, ClusterKill.Database, at));
        await load.GoOnAsync(1, Logs);
    }

    private static async Task<ClusterKill> NoteAsync(Postgres postgres, string victim, long at)
    {
        var open = await postgres.ReadAsync("SELECT id || ' ' || coalesce(owner, '') FROM deliveries WHERE state < 2");
        return new ClusterKill(
            victim, at, TimeProvider.System.GetTimestamp(), open.Select(row => row.Split(' ')).ToDictionary(row => row[0], row => row[1]));
    }

    private static Task WaitAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System, TestContext.Current.CancellationToken);

    private string Logs() => string.Join('\n', _nodes.Select(node => string.Join('\n', node.Log.Split('\n').TakeLast(40))));
}
