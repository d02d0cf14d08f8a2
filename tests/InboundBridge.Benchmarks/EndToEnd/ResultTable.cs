using System.Globalization;
using System.Text;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>Medians with their range, as Markdown.</summary>
internal static class ResultTable
{
    public static string Render(IReadOnlyList<RunResult> runs, string anchor, IReadOnlyDictionary<string, long> peakMemory)
    {
        var table = new StringBuilder()
            .AppendLine("| system | mails/s end to end | ratio to the anchor | accepted/s | CPU-s / 1,000 | peak MiB |")
            .AppendLine("|---|---|---|---|---|---|");
        var anchors = runs.Where(run => run.System == anchor).ToList();
        foreach (var system in runs.GroupBy(run => run.System, StringComparer.Ordinal))
        {
            // Of runs side by side: what the machine did in that round hit both.
            var ratios = system.Zip(anchors, (run, side) => run.Rate / side.Rate);
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {system.Key} | {Spread(system.Select(run => run.Rate), "#,0")} | {Spread(ratios, "0.00")} | {Spread(system.Select(run => run.AcceptRate), "#,0")} | {Spread(system.Select(run => run.CpuPerThousand), "0.000")} | {peakMemory[system.Key] / 1024 / 1024} |");
        }

        return table.ToString();
    }

    private static string Spread(IEnumerable<double> values, string format)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        var median = sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        return $"{Text(median)} [{Text(sorted[0])}–{Text(sorted[^1])}]";
    }
}
