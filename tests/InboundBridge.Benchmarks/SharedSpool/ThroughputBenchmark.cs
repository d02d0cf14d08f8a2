namespace InboundBridge.Benchmarks.SharedSpool;

/// <summary>The probe and the nodes in turn, on one database: how much of what the database reaches arrives at the receiver.</summary>
internal static class ThroughputBenchmark
{
    public static async Task<string> RunAsync(SharedSpoolOptions options, SharedDatabase database, CancellationToken cancellation)
    {
        await using var nodes = await NodeGroup.StartAsync(database, options, "spool", options.Nodes, cancellation);
        var probe = new SpoolProbe(database, options.Size);
        await probe.PrepareAsync();
        await nodes.WarmUpAsync(cancellation);
        var inUse = await nodes.CountConnectionsAsync(cancellation);
        var connections = (int)Math.Ceiling(inUse);
        await probe.RunAsync(connections, options.ProbeTime);
        await database.RecycleLogAsync();
        var commits = new List<TimeSpan> { await database.MeasureCommitAsync() };
        var (probes, runs) = (new List<ProbeResult>(), new List<NodeRun>());
        for (var round = 1; round <= options.Rounds; round++)
        {
            await database.RecycleLogAsync();
            probes.Add(await probe.RunAsync(connections, options.ProbeTime));
            Console.WriteLine($"round {round}  probe: {probes[^1].Rate:N0} rows/s, CPU-s/1,000 {probes[^1].DatabaseCpu:0.000}");
            runs.Add(await nodes.MeasureAsync(options.Connections, cancellation));
            Console.WriteLine($"round {round}  nodes: {NodeGroup.Describe(runs[^1])}");
        }
        commits.Add(await database.MeasureCommitAsync());
        nodes.Conclude();
        return ThroughputTable.Render(commits, inUse, probes, runs);
    }
}
