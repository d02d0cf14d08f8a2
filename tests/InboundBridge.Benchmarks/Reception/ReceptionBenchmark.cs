using System.Diagnostics;
using InboundBridge.Benchmarks.Figures;

namespace InboundBridge.Benchmarks.Reception;

/// <summary>Measures in slices: the median of processor time a mail with its range, and the octets allocated a mail.</summary>
internal static class ReceptionBenchmark
{
    private const int TurnsOfSlice = 100;

    /// <summary>Turns until the JIT has fully optimized everything.</summary>
    private const int WarmUp = 2000;

    public static async Task<int> RunAsync(TextWriter output, int connections, int rules, int size, int slices)
    {
        await using var run = await ReceptionRun.StartAsync(connections, rules, size);
        for (var turn = 0; turn < WarmUp; turn++)
            run.Turn();
        using var process = Process.GetCurrentProcess();
        var microseconds = new double[slices];
        var octets = GC.GetAllocatedBytesForCurrentThread();
        for (var slice = 0; slice < slices; slice++)
        {
            var before = Processor(process);
            for (var turn = 0; turn < TurnsOfSlice; turn++)
                run.Turn();
            microseconds[slice] = (Processor(process) - before).TotalMicroseconds / (TurnsOfSlice * connections);
        }
        octets = (GC.GetAllocatedBytesForCurrentThread() - octets) / ((long)slices * TurnsOfSlice * connections);
        output.WriteLine($"a mail: {Spread.Of(microseconds, "0.0")} us of processor time, {octets} octets allocated");
        return 0;
    }

    private static TimeSpan Processor(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }
}
