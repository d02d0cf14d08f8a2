using System.Globalization;
using System.Text;

namespace InboundBridge.Benchmarks.SharedSpool;

/// <summary>Two groups of nodes in turn: one whose spool has a backlog for a dead destination, and one without.</summary>
internal static class BacklogBenchmark
{
    public static async Task<string> RunAsync(
        SharedSpoolOptions options, SharedDatabase database, int backlog, CancellationToken cancellation)
    {
        await using var empty = await NodeGroup.StartAsync(database, options, "empty", options.Nodes, cancellation);
        await using var full = await NodeGroup.StartAsync(database, options, "backlog", options.Nodes, cancellation);
        await empty.WarmUpAsync(cancellation);
        await full.WarmUpAsync(cancellation);
        var sizes = new SpoolSizes(database, full.Name);
        var before = await sizes.ReadAsync();
        await BacklogFill.RunAsync(options, full.ConnectionText, backlog, cancellation);
        var filled = await sizes.ReadAsync();
        await database.RecycleLogAsync();
        await full.MeasureAsync(options.Connections, cancellation);
        var (with, without) = (new List<NodeRun>(), new List<NodeRun>());
        for (var round = 1; round <= options.Rounds; round++)
        {
            await database.RecycleLogAsync();
            foreach (var isFull in round % 2 == 1 ? new[] { true, false } : [false, true])
            {
                var run = await (isFull ? full : empty).MeasureAsync(options.Connections, cancellation);
                Console.WriteLine($"round {round}  {(isFull ? full : empty).Name}: {NodeGroup.Describe(run)}");
                (isFull ? with : without).Add(run);
            }
        }
        empty.Conclude();
        full.Conclude();
        return Render(backlog, with, without) + SpoolSizes.Render(backlog, before, filled, await sizes.ReadAsync());
    }

    internal static string Render(int backlog, IReadOnlyList<NodeRun> with, IReadOnlyList<NodeRun> without)
    {
        var table = new StringBuilder("| what | asked | measured |\n|---|---|---|\n");
        var beside = string.Create(CultureInfo.InvariantCulture, $"beside {backlog:N0}");
        ThroughputTable.Row(table, "accepted/s beside none", "", without.Select(run => run.AcceptRate), "#,0");
        ThroughputTable.Row(table, $"accepted/s {beside}", "", with.Select(run => run.AcceptRate), "#,0");
        ThroughputTable.Row(
            table, $"intake {beside}, times that beside none", "≥ 0.85",
            with.Zip(without, (one, other) => one.AcceptRate / other.AcceptRate), "0.00");
        ThroughputTable.Row(
            table, $"delivered/s to another destination {beside}, times that beside none", "≥ 0.85",
            with.Zip(without, (one, other) => one.Rate / other.Rate), "0.00");
        ThroughputTable.Row(table, "last arrival after the last 250 beside none, ms", "", without.Select(Lag), "0");
        ThroughputTable.Row(table, $"last arrival after the last 250 {beside}, ms", "", with.Select(Lag), "0");
        ThroughputTable.Row(table, "database CPU-s / 1,000 beside none", "", without.Select(run => run.DatabaseCpu), "0.000");
        ThroughputTable.Row(table, $"database CPU-s / 1,000 {beside}", "", with.Select(run => run.DatabaseCpu), "0.000");
        ThroughputTable.Row(table, $"largest node {beside}, peak MiB", "≤ 250", with.Select(run => run.Memory / 1048576.0), "0");
        return table.ToString();
    }

    private static double Lag(NodeRun run) => (run.Arrived - run.Accepted).TotalMilliseconds;
}
