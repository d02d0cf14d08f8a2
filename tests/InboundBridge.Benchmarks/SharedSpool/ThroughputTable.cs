using System.Globalization;
using System.Text;
using InboundBridge.Benchmarks.Figures;

namespace InboundBridge.Benchmarks.SharedSpool;

/// <summary>Medians with their range. Ratios are of the probe and the run that followed it.</summary>
internal static class ThroughputTable
{
    /// <param name="commits">Single commits on the idle database.</param>
    /// <param name="inUse">Connections of the nodes, on average. The probe has as many, rounded up.</param>
    public static string Render(
        IReadOnlyList<TimeSpan> commits, double inUse, IReadOnlyList<ProbeResult> probes, IReadOnlyList<NodeRun> runs)
    {
        var table = new StringBuilder("| what | asked | measured |\n|---|---|---|\n");
        Row(table, "a single commit, ms", "", commits.Select(time => time.TotalMilliseconds), "0.0");
        Row(table, "connections of the nodes in use at a time", "", [inUse], "0.0");
        Row(table, $"probe on {Math.Ceiling(inUse):0} connections, rows/s", "", probes.Select(probe => probe.Rate), "#,0");
        Row(table, "nodes, mails/s end to end", "", runs.Select(run => run.Rate), "#,0");
        Row(table, "mails/s ÷ rows/s", "≥ 0.60", runs.Zip(probes, (run, probe) => run.Rate / probe.Rate), "0.00");
        Row(table, "last octet to 250, p50 ms", "", runs.Select(run => run.Median.TotalMilliseconds), "0.0");
        Row(table, "last octet to 250, p99 ms", "≤ 60 where a commit takes 5 ms", runs.Select(run => run.P99.TotalMilliseconds), "0.0");
        Row(table, "database, CPU-s / 1,000 rows of the probe", "", probes.Select(probe => probe.DatabaseCpu), "0.000");
        Row(table, "database, CPU-s / 1,000 mails", "", runs.Select(run => run.DatabaseCpu), "0.000");
        Row(table, "nodes, CPU-s / 1,000 mails", "", runs.Select(run => run.NodeCpu), "0.000");
        Row(table, "largest node, MiB", "≤ 250", runs.Select(run => run.Memory / 1048576.0), "0");
        Row(table, "others took, % of the machine", "", runs.Select(run => run.Others * 100), "0");
        return table.ToString();
    }

    public static void Row(StringBuilder table, string what, string asked, IEnumerable<double> values, string format) =>
        table.Append(CultureInfo.InvariantCulture, $"| {what} | {asked} | {Spread.Of(values, format)} |\n");
}
