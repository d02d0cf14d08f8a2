using System.Globalization;
using System.Text;
using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.Benchmarks.Figures;

namespace InboundBridge.Benchmarks.UiPages;

/// <summary>One appliance gets the same load in turn with open live pages and without any.</summary>
internal static class UiLiveBenchmark
{
    public static Task<int> RunAsync(LoadOptions load, int pages, CancellationToken cancellation)
    {
        var build = load.Appliances[0];
        return LoadRun.RunAsync(
            load,
            $"{load.Messages:N0} mails of {load.Size:N0} octets over {load.Connections} connections; webhook format {load.Format}, "
            + $"{load.Rules} rules; beside {pages} open live pages and beside none, in turn{load.Conditions}.",
            async () => [await InboundBridgeSystem.StartAsync(build, build.Name, relays: false, checksSender: false, load, cancellation)],
            systems => MeasureAsync(systems[0], load, pages, cancellation), cancellation);
    }

    private static async Task<string> MeasureAsync(
        IMeasuredSystem system, LoadOptions load, int pages, CancellationToken cancellation)
    {
        var warm = TimeProvider.System.GetTimestamp();
        // Both ways: what the pages need has to be compiled, too.
        do
        {
            await OnceAsync(system, 0, load, pages, cancellation);
            await OnceAsync(system, 0, load, 0, cancellation);
        }
        while (TimeProvider.System.GetElapsedTime(warm) < load.WarmUp);
        var (with, without) = (new List<RunResult>(), new List<RunResult>());
        for (var round = 1; round <= load.Rounds; round++)
        {
            foreach (var isLive in round % 2 == 0 ? new[] { true, false } : [false, true])
            {
                var run = await QuietAsync(() => OnceAsync(system, round, load, isLive ? pages : 0, cancellation), load);
                (isLive ? with : without).Add(run);
                Console.WriteLine($"round {round}, {(isLive ? pages : 0),3} pages: {EndToEndBenchmark.Describe(run)}");
            }
        }
        var text = new StringBuilder("| open live pages | mails/s | CPU-s / 1,000 | others took |\n|---|---|---|---|\n");
        foreach (var (name, runs) in new[] { ("none", without), (pages.ToString(CultureInfo.InvariantCulture), with) })
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {name} | {Spread.Of(runs.Select(run => run.Rate), "#,0")} "
                + $"| {Spread.Of(runs.Select(run => run.CpuPerThousand), "0.000")} "
                + $"| {Spread.Of(runs.Select(run => run.Others * 100), "0")} % |");
        }
        var ratios = with.Zip(without, (one, other) => one.Rate / other.Rate);
        return text.AppendLine(
            CultureInfo.InvariantCulture, $"\nWith {pages} pages the mails a second are {Spread.Of(ratios, "0.00")} of those with none.")
            .ToString();
    }

    private static async Task<RunResult> OnceAsync(
        IMeasuredSystem system, int round, LoadOptions load, int pages, CancellationToken cancellation)
    {
        await using var open = await LivePages.OpenAsync(InboundBridgeSystem.HttpPort(system.Process.Log), pages, cancellation);
        var run = await EndToEndBenchmark.MeasureAsync(system, round, load, cancellation);
        return pages == 0 || open.Octets > 0 ? run : throw new InvalidOperationException("the live pages got nothing");
    }

    /// <summary>Repeats a run while others use the machine; if they always do, the quietest run counts.</summary>
    private static async Task<RunResult> QuietAsync(Func<Task<RunResult>> measure, LoadOptions load)
    {
        var best = await measure();
        for (var attempt = 1; best.Others > load.Quiet && attempt < Rounds.MostAttempts; attempt++)
        {
            if (await measure() is var run && run.Others < best.Others)
                best = run;
        }
        return best;
    }
}
