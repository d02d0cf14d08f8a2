using System.Globalization;
using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.Benchmarks.Scripts;

/// <summary>All builds run side by side and take turns; a round that warms up goes before.</summary>
internal static class ScriptsBenchmark
{
    /// <summary>Warm-up rounds: the appliance and the worker compile what is called often anew.</summary>
    private const int WarmUpRounds = 4;

    /// <summary>After the last script, until a worker's memory is read.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(ScriptsOptions options, CancellationToken cancellation)
    {
        LoadRun.Empty(options.Folder);
        var setting = string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Mails:N0} mails with and {options.Mails:N0} without a script in each of {options.Rounds} rounds, builds "
            + $"in turn; script:\n{options.Script}\n{MachineState.Describe(options.Folder)}\n\n");
        Console.Write(setting);
        var systems = new List<ScriptSystem>();
        try
        {
            foreach (var build in options.Builds)
                systems.Add(await ScriptSystem.StartAsync(build, options, cancellation));
            var results = new List<ScriptResult>();
            for (var round = 1 - WarmUpRounds; round <= options.Rounds; round++)
            {
                foreach (var system in systems)
                {
                    var result = system.Measure(round, options.Mails, cancellation);
                    Console.WriteLine(Describe(result));
                    if (round > 0)
                        results.Add(result);
                }
            }

            await Task.Delay(Rest, TimeProvider.System, cancellation);
            var workers = systems.ToDictionary(system => system.Name, system => system.Worker(), StringComparer.Ordinal);
            var text = $"{setting}{ScriptTable.Render(results, workers)}\n{await WorkerRoundTrip.MeasureAsync(options, cancellation)}\n";
            Console.Write($"\n{text}");
            if (options.MarkdownFile is not null)
                await File.WriteAllTextAsync(options.MarkdownFile, text, cancellation);
            return 0;
        }
        finally
        {
            foreach (var system in systems)
                await system.DisposeAsync();
        }
    }

    private static string Describe(ScriptResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(result.Round > 0 ? $"round {result.Round}" : "warm-up")}  {result.Build,-16} "
        + $"{result.Plain.Median.TotalMilliseconds:0.00} ms without, {result.Scripted.Median.TotalMilliseconds:0.00} ms with a "
        + $"script, which takes {result.Cpu.TotalMicroseconds:0} µs CPU; others took {result.Others:0%} of the machine");
}
