using System.Diagnostics;
using System.Globalization;
using InboundBridge.ScenarioTests.Peers;
using Npgsql;

namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>
/// Whatever the database does under load: whoever is refused hears 451 within seconds, each mail with 250 arrives, and the node takes mail
/// again by itself.
/// </summary>
public sealed class A_database_in_trouble_refuses_mail_for_now(FaultyDatabase fault) : IClassFixture<FaultyDatabase>
{
    private const int Senders = 6;

    /// <summary>A mail is to be refused within five seconds. This bound allows for a busy machine; the figures are printed.</summary>
    private static readonly TimeSpan LongestRefusal = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    [Fact]
    public Task When_it_is_read_only() => PassAsync(() => SetReadOnlyAsync("on"), () => SetReadOnlyAsync("off"));

    [Fact]
    public async Task When_its_tables_are_locked()
    {
        await fault.StartAsync();
        await using var source = NpgsqlDataSource.Create(fault.Postgres.ConnectionText + ";Pooling=false");
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        NpgsqlTransaction? held = null;
        await PassAsync(
            async () =>
            {
                held = await connection.BeginTransactionAsync();
                await using var command = new NpgsqlCommand("LOCK TABLE messages, deliveries IN ACCESS EXCLUSIVE MODE", connection);
                await command.ExecuteNonQueryAsync();
            },
            async () => await held!.RollbackAsync());
    }

    [Fact]
    public Task When_the_network_stalls() => PassAsync(() => Do(() => fault.Network.Stall()), () => Do(() => fault.Network.GoOn()));

    [Fact]
    public async Task When_its_disk_is_full()
    {
        await fault.StartAsync();
        Assert.SkipWhen(fault.Disk is null, "the machine does not let a test mount a file system");
        await PassAsync(() => Do(() => fault.Disk!.FillUp()), () => Do(() => fault.Disk!.MakeRoom()));
    }

    [Fact]
    public Task When_it_is_restarted() => PassAsync(() => fault.Postgres.EndAsync(), () => fault.Postgres.StartAgainAsync());

    [Fact]
    public Task When_one_of_its_processes_is_killed() => PassAsync(
        async () =>
        {
            var pids = await fault.Postgres.ReadAsync(
                "SELECT pid::text FROM pg_stat_activity WHERE application_name = 'inboundbridge' ORDER BY backend_start LIMIT 1");
            using var backend = Process.GetProcessById(int.Parse(pids.Single(), CultureInfo.InvariantCulture));
            backend.Kill();
        },
        () => Task.CompletedTask, mayPassUnnoticed: true);

    [Fact]
    public Task When_it_ends_connections() => PassAsync(
        async () =>
        {
            for (var round = 0; round < 3; round++)
            {
                await fault.Postgres.ReadAsync(
                    "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE application_name = 'inboundbridge'");
            }
        },
        () => Task.CompletedTask, mayPassUnnoticed: true);

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private async Task PassAsync(Func<Task> begin, Func<Task> end, bool mayPassUnnoticed = false)
    {
        await fault.StartAsync();
        await using var load = new SteadyLoad([fault.Node], Senders, Pause);
        var isOver = false;
        try
        {
            await load.GoOnAsync(20, Log);
            await begin();
            if (!mayPassUnnoticed)
                await load.AreRefusedAsync(Log);
            isOver = true;
            var since = Stopwatch.GetTimestamp();
            await end();
            await load.GoOnAsync(1, Log);
            var outage = Stopwatch.GetElapsedTime(since).TotalSeconds;
            await load.GoOnAsync(20, Log);
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{load} Accepted again {outage:0.0} s after the end of the trouble."));
        }
        finally
        {
            if (!isOver)
                await end();
            await load.StopAsync();
        }
        await AllArriveAsync(load);
    }

    private async Task AllArriveAsync(SteadyLoad load)
    {
        Assert.All(load.Refused, reply => Assert.StartsWith("451", reply, StringComparison.Ordinal));
        Assert.True(load.LongestRefusal < LongestRefusal, $"a refusal took {load.LongestRefusal}");
        await Drained.WaitAsync(fault.Postgres, Log);
        Assert.DoesNotContain(load.Accepted.Keys, number => !fault.Tally.Has(number));
        Assert.Equal(["0"], await fault.Postgres.ReadAsync("SELECT count(*)::text FROM deliveries WHERE state <> 2"));
        Assert.DoesNotContain(Node.Password, fault.Node.Log, StringComparison.Ordinal);
    }

    private async Task SetReadOnlyAsync(string value)
    {
        await fault.Postgres.ReadAsync($"ALTER SYSTEM SET default_transaction_read_only = {value}");
        await fault.Postgres.ReadAsync("SELECT pg_reload_conf()::text");
    }

    private string Log() => fault.Node.Log;
}
