using System.Globalization;
using System.Text;
using InboundBridge.Benchmarks.Figures;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>
/// Medians with their range, as Markdown. Ratios compare runs of the same round, which the machine's other work affected alike.
/// </summary>
internal static class ResultTable
{
    /// <param name="products">The systems to compare with all others.</param>
    public static string Render(IReadOnlyList<RunResult> runs, IReadOnlyList<string> products)
    {
        var systems =
            runs.GroupBy(run => run.System, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        var table = new StringBuilder()
            .AppendLine(
                "| system | mails/s end to end | ratio to smtp-sink | accepted/s | CPU-s / 1,000 | the sink's CPU-s / 1,000 | MiB | others took |")
            .AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var (name, own) in systems)
        {
            var ratio = systems.TryGetValue(SystemCatalog.Anchor, out var anchor) ? Ratio(own, anchor) : "–";
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {name} | {Spread.Of(own.Select(run => run.Rate), "#,0")} | {ratio} | "
                + $"{Spread.Of(own.Select(run => run.AcceptRate), "#,0")} | "
                + $"{Spread.Of(own.Select(run => run.CpuPerThousand), "0.000")} | "
                + $"{Spread.Of(own.Select(run => run.SinkCpuPerThousand), "0.000")} | "
                + $"{own.Max(run => run.Memory) / 1024 / 1024} | {Spread.Of(own.Select(run => run.Others * 100), "0")} % |");
        }

        var measured = products.Where(systems.ContainsKey).ToList();
        var others = systems.Keys.Where(name => name != SystemCatalog.Anchor && (measured.Count > 1 || !measured.Contains(name))).ToList();
        if (measured.Count == 0 || others.Count == 0)
            return table.ToString();
        table.AppendLine().AppendLine("| times the mails/s of | " + string.Join(" | ", others) + " |")
            .AppendLine("|---|" + string.Concat(others.Select(_ => "---|")));
        foreach (var product in measured)
            table.AppendLine(
                "| " + product + " | "
                + string.Join(" | ", others.Select(other => other == product ? "–" : Ratio(systems[product], systems[other]))) + " |");
        return table.ToString();
    }

    private static string Ratio(IEnumerable<RunResult> runs, IEnumerable<RunResult> others) =>
        Spread.Of(runs.Join(others, run => run.Round, other => other.Round, (run, other) => run.Rate / other.Rate), "0.00");
}
