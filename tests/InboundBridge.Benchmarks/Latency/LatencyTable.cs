using System.Globalization;
using System.Text;
using InboundBridge.Benchmarks.Figures;

namespace InboundBridge.Benchmarks.Latency;

/// <summary>Waiting times as Markdown: medians of the rounds with their range, and the total of errors.</summary>
internal static class LatencyTable
{
    public static string Render(IEnumerable<LatencyResult> results)
    {
        var table = new StringBuilder()
            .AppendLine("| system | p50 ms | p99 ms | maximum ms | accepted/s | errors | others took |")
            .AppendLine("|---|---|---|---|---|---|---|");
        foreach (var system in results.GroupBy(result => result.System, StringComparer.Ordinal))
        {
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {system.Key} | {Milliseconds(system, result => result.Median)} | "
                + $"{Milliseconds(system, result => result.P99)} | {Milliseconds(system, result => result.Maximum)} | "
                + $"{Spread.Of(system.Select(result => result.Rate), "#,0")} | "
                + $"{system.Sum(result => result.Errors.Values.Sum())} | "
                + $"{Spread.Of(system.Select(result => result.Others * 100), "0")} % |");
        }

        return table.ToString();
    }

    private static string Milliseconds(IEnumerable<LatencyResult> results, Func<LatencyResult, TimeSpan> value) =>
        Spread.Of(results.Select(result => value(result).TotalMilliseconds), "0.0");
}
