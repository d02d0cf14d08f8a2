using System.Globalization;
using System.Text;
using InboundBridge.Benchmarks.Figures;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>What the checks of senders cost the appliance, beside what is asked of it. Ratios are of runs side by side.</summary>
internal static class CheckCostTable
{
    private static readonly (string System, double Asked)[] Rivals =
    [
        (SystemCatalog.Anchor, 0.3),
        (PostfixSystem.PipeName, 8),
        (PostfixSystem.RelayName, 8),
        (HarakaSystem.SingleName, 4),
        (HarakaSystem.ClusterName, 4),
    ];

    /// <param name="size">Octets of a mail's body. One thing is asked of mails of 4 KB, another of mails of 1 MB.</param>
    /// <returns>Empty where no build was measured with checks.</returns>
    public static string Render(IReadOnlyList<RunResult> runs, IReadOnlyList<ApplianceBuild> builds, int size)
    {
        var table = new StringBuilder();
        foreach (var build in builds)
        {
            var own = Of(runs, build.Name);
            foreach (var (system, asked) in Rivals)
            {
                if (own.Count == 0 || Of(runs, system) is not { Count: > 0 } others)
                    continue;
                var bound = string.Create(CultureInfo.InvariantCulture, $"≥ {asked:0.##}");
                Row(table, $"{build.Name}, times the mails/s of {system}", bound, Ratios(own, others, run => run.Rate), "0.00");
            }
            if (Of(runs, build.UncheckedName) is not { Count: > 0 } without || own.Count == 0)
                continue;
            Row(table, $"{build.Name}, CPU µs a mail with checks", "", own.Select(Microseconds), "#,0");
            Row(table, $"{build.Name}, CPU µs a mail without", "", without.Select(Microseconds), "#,0");
            var more = own.Join(without, run => run.Round, other => other.Round, (run, other) => Microseconds(run) - Microseconds(other));
            Row(table, $"{build.Name}, CPU µs a mail more", size <= 4096 ? "≤ 120" : "", more, "#,0");
            Row(
                table, $"{build.Name}, times the CPU without checks", size >= 1 << 20 ? "≤ 1.15" : "",
                Ratios(own, without, Microseconds), "0.00");
        }
        return table.Length == 0 ? "" : $"\n| what | asked | measured |\n|---|---|---|\n{table}";
    }

    private static List<RunResult> Of(IEnumerable<RunResult> runs, string system) => [.. runs.Where(run => run.System == system)];

    private static double Microseconds(RunResult run) => run.CpuPerThousand * 1000;

    private static IEnumerable<double> Ratios(IEnumerable<RunResult> runs, IEnumerable<RunResult> others, Func<RunResult, double> figure) =>
        runs.Join(others, run => run.Round, other => other.Round, (run, other) => figure(run) / figure(other));

    private static void Row(StringBuilder table, string what, string asked, IEnumerable<double> values, string format) =>
        table.AppendLine(CultureInfo.InvariantCulture, $"| {what} | {asked} | {Spread.Of(values, format)} |");
}
