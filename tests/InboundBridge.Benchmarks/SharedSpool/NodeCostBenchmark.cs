using System.Text;

namespace InboundBridge.Benchmarks.SharedSpool;

/// <summary>One, two and three nodes in turn, each group with a spool of its own: what a mail costs the database.</summary>
internal static class NodeCostBenchmark
{
    public const int MostNodes = 3;

    public static async Task<string> RunAsync(SharedSpoolOptions options, SharedDatabase database, CancellationToken cancellation)
    {
        var groups = new List<NodeGroup>();
        try
        {
            for (var nodes = 1; nodes <= MostNodes; nodes++)
                groups.Add(await NodeGroup.StartAsync(database, options, $"nodes{nodes}", nodes, cancellation));
            foreach (var group in groups)
                await group.WarmUpAsync(cancellation);
            var runs = groups.ConvertAll(_ => new List<NodeRun>());
            for (var round = 1; round <= options.Rounds; round++)
            {
                await database.RecycleLogAsync();
                for (var index = 0; index < groups.Count; index++)
                {
                    var run = await groups[index].MeasureAsync(options.Connections * (index + 1), cancellation);
                    Console.WriteLine($"round {round}  {groups[index].Name}: {NodeGroup.Describe(run)}");
                    runs[index].Add(run);
                }
            }
            groups.ForEach(group => group.Conclude());
            return Render(runs);
        }
        finally
        {
            foreach (var group in groups)
                await group.DisposeAsync();
        }
    }

    /// <param name="runs">Of each group, from one node on.</param>
    internal static string Render(IReadOnlyList<IReadOnlyList<NodeRun>> runs)
    {
        var table = new StringBuilder("| what | asked | measured |\n|---|---|---|\n");
        for (var index = 0; index < runs.Count; index++)
        {
            var name = index == 0 ? "one node" : $"{index + 1} nodes";
            ThroughputTable.Row(table, $"{name}, mails/s", "", runs[index].Select(run => run.Rate), "#,0");
            ThroughputTable.Row(table, $"{name}, database CPU-s / 1,000 mails", "", runs[index].Select(run => run.DatabaseCpu), "0.000");
            if (index == 0)
                continue;
            var ratios = runs[index].Zip(runs[0], (run, one) => run.DatabaseCpu / one.DatabaseCpu);
            ThroughputTable.Row(table, $"{name}, times the database's CPU of one", "≤ 1.10", ratios, "0.00");
        }
        return table.ToString();
    }
}
