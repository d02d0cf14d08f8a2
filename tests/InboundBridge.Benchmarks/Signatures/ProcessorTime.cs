using System.Diagnostics;

namespace InboundBridge.Benchmarks.Signatures;

/// <summary>The processor time of this process that work takes.</summary>
internal static class ProcessorTime
{
    private const int Batch = 20;

    /// <param name="slice">The time for which the work is repeated.</param>
    /// <returns>Microseconds of one run.</returns>
    public static double Of(Action run, TimeSpan slice)
    {
        using var process = Process.GetCurrentProcess();
        var start = process.TotalProcessorTime;
        TimeSpan spent;
        var count = 0;
        do
        {
            for (var index = 0; index < Batch; index++, count++)
                run();
            process.Refresh();
            spent = process.TotalProcessorTime - start;
        }
        while (spent < slice);
        return spent.TotalMicroseconds / count;
    }
}
