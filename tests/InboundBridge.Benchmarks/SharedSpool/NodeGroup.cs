using System.Diagnostics;
using System.Net;
using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.Benchmarks.Wire;

namespace InboundBridge.Benchmarks.SharedSpool;

/// <summary>Appliances that share a spool, and the receiver that they deliver to.</summary>
internal sealed class NodeGroup : IAsyncDisposable
{
    private const string DeadDestination = "  dead: { webhook: { url: \"http://127.0.0.1:1/\" } }\n";

    private const int Rules = 50;

    private static int _runs;

    private readonly SharedDatabase _database;
    private readonly SharedSpoolOptions _options;
    private readonly MailSink _sink = MailSink.Webhook();
    private readonly List<(ServerProcess Process, int Port)> _nodes = [];

    private NodeGroup(SharedDatabase database, SharedSpoolOptions options, string name) =>
        (_database, _options, Name) = (database, options, name);

    /// <summary>Also the schema of their spool.</summary>
    public string Name { get; }

    /// <summary>What the nodes connect with.</summary>
    public string ConnectionText { get; private set; } = "";

    public static async Task<NodeGroup> StartAsync(
        SharedDatabase database, SharedSpoolOptions options, string name, int nodes, CancellationToken cancellation)
    {
        var group = new NodeGroup(database, options, name);
        try
        {
            group.ConnectionText = await database.CreateSpoolAsync(name);
            for (var number = 1; number <= nodes; number++)
                group._nodes.Add(await group.StartNodeAsync($"{name}-{number}", cancellation));
            return group;
        }
        catch
        {
            await group.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// How many connections of the nodes are in use during a run, on average: a probe on that many connections keeps each of them busy all
    /// the time.
    /// </summary>
    public async Task<double> CountConnectionsAsync(CancellationToken cancellation)
    {
        var run = MeasureAsync(_options.Connections, cancellation);
        var (sum, looks) = (0L, 0);
        while (!run.IsCompleted)
        {
            sum += (long)(await _database.RunAsync(
                $"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{Name}' AND state <> 'idle'"))!;
            looks++;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
        }
        await run;
        return (double)sum / looks;
    }

    /// <summary>Runs the load until the time is over, for .NET compiles what is called often anew for a while.</summary>
    public async Task WarmUpAsync(CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        do
            Console.WriteLine($"warm-up  {Name}: {Describe(await MeasureAsync(_options.Connections, cancellation))}");
        while (Stopwatch.GetElapsedTime(started) < _options.WarmUp);
    }

    public static string Describe(NodeRun run) =>
        $"{run.Rate,6:N0} mails/s, accepted at {run.AcceptRate:N0}/s, p50 {run.Median.TotalMilliseconds:0.0} ms, p99 "
        + $"{run.P99.TotalMilliseconds:0.0} ms, CPU-s/1,000: nodes {run.NodeCpu:0.000}, database {run.DatabaseCpu:0.000}; others took "
        + $"{run.Others:0%}";

    /// <summary>Sends the mails over all nodes, and waits until each has arrived once.</summary>
    public async Task<NodeRun> MeasureAsync(int connections, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.Allowed);
        var mails = _options.Messages;
        _sink.Expect(mails);
        var work = new SmtpLoad(mails, _options.Size);
        var run = Interlocked.Increment(ref _runs);
        var watch = new CpuWatch(_nodes[0].Process);
        var (nodeCpu, databaseCpu) = (NodeCpu(), _database.Cpu);
        var start = Stopwatch.GetTimestamp();
        IPEndPoint[] servers = [.. _nodes.Select(node => new IPEndPoint(IPAddress.Loopback, node.Port))];
        var accepted = await OwnLoad.SendAsync(
            Name, servers, connections, mails, work,
            socket => new SmtpLoadConnection(socket, work, $"{Environment.ProcessId}.{run}"), limit.Token);
        var opened = Stopwatch.GetElapsedTime(start) - accepted;
        await _sink.AllArrivedAsync(limit.Token);
        var arrived = Stopwatch.GetElapsedTime(start) - opened;
        return new NodeRun(
            mails, accepted, arrived, work.Percentile(50), work.Percentile(99),
            (NodeCpu() - nodeCpu).TotalSeconds * 1000 / mails, (_database.Cpu - databaseCpu).TotalSeconds * 1000 / mails,
            _nodes.Max(node => node.Process.Memory), watch.Read().Others);
    }

    /// <summary>Fails if a mail has arrived again since the last run.</summary>
    public void Conclude() => _sink.Conclude();

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(node => node.Process.DisposeAsync().AsTask()));
        _sink.Dispose();
    }

    private TimeSpan NodeCpu() => _nodes.Aggregate(TimeSpan.Zero, (sum, node) => sum + node.Process.Cpu);

    private async Task<(ServerProcess Process, int Port)> StartNodeAsync(string name, CancellationToken cancellation)
    {
        var folder = Path.Combine(_options.Folder, name);
        var configuration = await ApplianceConfiguration.WriteAsync(
            folder, 0, ApplianceConfiguration.Rules(Rules, "webhook"), "webhook", ApplianceConfiguration.Webhook(_sink.Port, "json"),
            cancellation, more: DeadDestination, spool: $"postgres: \"{ConnectionText};Application Name={Name}\", ");
        return await InboundBridgeSystem.LaunchAsync(_options.Appliance, configuration, $"{folder}.log", cancellation);
    }
}
