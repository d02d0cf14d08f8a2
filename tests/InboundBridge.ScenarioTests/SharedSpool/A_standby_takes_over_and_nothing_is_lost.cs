using System.Diagnostics;
using System.Globalization;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>Two nodes name both hosts. The primary dies under load, and its synchronous standby is promoted.</summary>
public sealed class A_standby_takes_over_and_nothing_is_lost : IDisposable
{
    private const int Senders = 6;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task When_it_is_promoted()
    {
        await using var primary = await Postgres.StartAtPortAsync();
        await using var standby = await primary.StartStandbyAsync();
        await primary.ReadAsync("ALTER SYSTEM SET synchronous_standby_names = '*'");
        await primary.ReadAsync("SELECT pg_reload_conf()::text");
        await Deadline.Usual.UntilAsync(
            async () => (await primary.ReadAsync("SELECT sync_state FROM pg_stat_replication")) is ["sync"], "the standby");
        await using var tally = await WebhookTally.StartAsync();
        var database = $"Host=127.0.0.1:{primary.Port},127.0.0.1:{standby.Port};Username=postgres;Database=postgres";
        await using var first = await StartAsync(database, tally, "first");
        await using var second = await StartAsync(database, tally, "second");
        await using var load = new SteadyLoad([first, second], Senders, Pause);
        string Log() => $"{first.Log}\n{second.Log}";
        try
        {
            await load.GoOnAsync(100, Log);
            await primary.KillAsync();
            await load.AreRefusedAsync(Log);
            var since = Stopwatch.GetTimestamp();
            await standby.PromoteAsync();
            await load.GoOnAsync(1, Log);
            var outage = Stopwatch.GetElapsedTime(since).TotalSeconds;
            await load.GoOnAsync(100, Log);
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{load} Accepted again {outage:0.0} s after the order to promote."));
        }
        finally
        {
            await load.StopAsync();
        }
        Assert.All(load.Refused, reply => Assert.StartsWith("451", reply, StringComparison.Ordinal));
        await Drained.WaitAsync(standby, Log);
        Assert.DoesNotContain(load.Accepted.Keys, number => !tally.Has(number));
        Assert.Equal(["0"], await standby.ReadAsync("SELECT count(*)::text FROM deliveries WHERE state <> 2"));
    }

    private Task<Appliance> StartAsync(string database, WebhookTally tally, string name) =>
        Appliance.StartAsync(_folder, Node.Configuration(_folder, database, tally.Destination(name), name), name);
}
