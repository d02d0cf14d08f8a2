using System.Diagnostics;
using System.Text;
using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.Benchmarks.Figures;
using InboundBridge.Configuration.Destinations;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Scripting.Workers;
using InboundBridge.Setup;

namespace InboundBridge.Benchmarks.Scripts;

/// <summary>
/// Only the round trip to a worker process, called as the rules of this build call it: one
/// script after the other, with a small mail, without SMTP.
/// </summary>
internal static class WorkerRoundTrip
{
    private const string Mail = """{"subject":"mail 1 of a load","text":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"}""";

    /// <returns>A line with the median and the 99th percentile.</returns>
    public static async Task<string> MeasureAsync(ScriptsOptions options, CancellationToken cancellation)
    {
        var limits = new ScriptLimits { Timeout = TimeSpan.FromSeconds(10) };
        string[] command = [.. ApplianceBuild.Default.Command, ScriptWorkers.Argument, .. DestinationKinds.Names];
        await using var pool = new ScriptWorkerPool(
            limits, () => ScriptWorkerProcess.Start(command[0], command[1..], limits.Memory), TimeProvider.System, size: 1);
        var request = new ScriptRequest(
            new ScriptSource(options.Script, "load.yaml"), ScriptPurpose.Condition, Encoding.UTF8.GetBytes(Mail), "support@example.com",
            new Dictionary<string, string>(StringComparer.Ordinal));
        var (medians, p99s) = (new List<double>(), new List<double>());
        // The first two rounds are for the compiler.
        for (var round = -2; round < options.Rounds; round++)
        {
            var waits = new TimeSpan[options.Mails];
            for (var number = 0; number < waits.Length; number++)
            {
                var start = Stopwatch.GetTimestamp();
                var answer = await pool.RunAsync(request, cancellation);
                waits[number] = Stopwatch.GetElapsedTime(start);
                if (answer.Error is { } error)
                    throw new InvalidOperationException($"{error}");
            }

            if (round < 0)
                continue;
            Array.Sort(waits);
            medians.Add(Spread.Percentile(waits, 50).TotalMilliseconds);
            p99s.Add(Spread.Percentile(waits, 99).TotalMilliseconds);
        }

        return $"A round trip to the worker alone, of the build beside this harness: median {Spread.Of(medians, "0.000")} ms, p99 {Spread.Of(p99s, "0.000")} ms.";
    }
}
