using System.Diagnostics;
using InboundBridge.Benchmarks.Figures;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>Tells who used the processors during a run: the measured system, this process, or unrelated processes.</summary>
internal sealed class CpuWatch(ServerProcess process)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TimeSpan _system = process.Cpu;
    private readonly TimeSpan _own = Environment.CpuUsage.TotalTime;
    private readonly TimeSpan _family = ProcessTree.Cpu(Environment.ProcessId);
    private readonly TimeSpan _machine = Busy();

    public (TimeSpan System, TimeSpan Own, double Others) Read()
    {
        var machine = Busy() - _machine;
        // The systems and the load generators are all children of this process.
        var family = ProcessTree.Cpu(Environment.ProcessId) - _family;
        var capacity = Stopwatch.GetElapsedTime(_started) * Environment.ProcessorCount;
        return (process.Cpu - _system, Environment.CpuUsage.TotalTime - _own, Math.Max(0, (machine - family) / capacity));
    }

    private static TimeSpan Busy() => ProcText.Busy(File.ReadLines("/proc/stat").First());
}
