using System.Diagnostics;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>
/// Each system warms up by itself. Then each round runs every system in turn, so that the machine's other work affects all of them alike.
/// </summary>
internal static class Rounds
{
    /// <summary>How often a run is repeated, at most, until the machine is quiet. If it never is, the quietest run counts.</summary>
    public const int MostAttempts = 10;

    /// <param name="measure">Makes one run; the number is 0 while the system warms up.</param>
    /// <param name="describe">Describes a run in one line.</param>
    /// <returns>The runs that count.</returns>
    public static async Task<List<TResult>> RunAsync<TResult>(
        IReadOnlyList<IMeasuredSystem> systems, LoadOptions load, Func<IMeasuredSystem, int, Task<TResult>> measure,
        Func<TResult, string> describe)
        where TResult : class, IMeasuredRun
    {
        foreach (var system in systems)
        {
            var started = Stopwatch.GetTimestamp();
            do
                Console.WriteLine($"warm-up  {describe(await measure(system, 0))}");
            while (Stopwatch.GetElapsedTime(started) < load.WarmUp);
        }

        var results = new List<TResult>();
        for (var round = 1; round <= load.Rounds; round++)
        {
            foreach (var system in systems)
                results.Add(await QuietestAsync(system, round));
        }

        return results;

        async Task<TResult> QuietestAsync(IMeasuredSystem system, int round)
        {
            TResult? quietest = null;
            for (var attempt = 1; attempt == 1 || (quietest!.Others > load.Quiet && attempt <= MostAttempts); attempt++)
            {
                var run = await measure(system, round);
                Console.WriteLine($"round {round}  {describe(run)}{(attempt > 1 ? ", repeated" : "")}");
                if (quietest is null || run.Others < quietest.Others)
                    quietest = run;
            }

            return quietest;
        }
    }
}
