using System.Globalization;
using System.Text;
using InboundBridge.Benchmarks.Figures;

namespace InboundBridge.Benchmarks.Scripts;

/// <summary>The rounds as Markdown: medians with their range, and of two builds the medians of the ratios within the rounds.</summary>
internal static class ScriptTable
{
    public static string Render(IReadOnlyList<ScriptResult> results, IReadOnlyDictionary<string, WorkerMemory> workers)
    {
        var table = new StringBuilder()
            .AppendLine("| build | ms to the reply, no script | ms, script | p99 ms, script | the script's ms | the script's µs CPU | MB of a worker, own | MB, resident | others took |")
            .AppendLine("|---|---|---|---|---|---|---|---|---|");
        var builds = results.GroupBy(result => result.Build, StringComparer.Ordinal).ToList();
        foreach (var build in builds)
        {
            var worker = workers[build.Key];
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {build.Key} | {Milliseconds(build, run => run.Plain.Median)} | "
                + $"{Milliseconds(build, run => run.Scripted.Median)} | {Milliseconds(build, run => run.Scripted.P99)} | "
                + $"{Milliseconds(build, run => run.Wait)} | {Spread.Of(build.Select(run => run.Cpu.TotalMicroseconds), "#,0")} "
                + $"| {Megabytes(worker.Own)} | {Megabytes(worker.Resident)} | "
                + $"{Spread.Of(build.Select(run => run.Others * 100), "0")} % |");
        }

        if (builds.Count < 2)
            return table.ToString();
        table.AppendLine().AppendLine("| a script in | times the wait | times the CPU | of |").AppendLine("|---|---|---|---|");
        foreach (var first in builds)
        {
            foreach (var second in builds.Where(second => second != first))
                table.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"| {first.Key} | {Ratio(first, second, run => run.Wait)} | {Ratio(first, second, run => run.Cpu)} | {second.Key} |");
        }

        return table.ToString();
    }

    private static string Milliseconds(IEnumerable<ScriptResult> results, Func<ScriptResult, TimeSpan> value) =>
        Spread.Of(results.Select(result => value(result).TotalMilliseconds), "0.00");

    private static string Megabytes(long octets) => (octets / 1048576.0).ToString("0", CultureInfo.InvariantCulture);

    private static string Ratio(IEnumerable<ScriptResult> first, IEnumerable<ScriptResult> second, Func<ScriptResult, TimeSpan> value) =>
        Spread.Of(first.Join(second, run => run.Round, run => run.Round, (one, other) => value(one) / value(other)), "0.00");
}
