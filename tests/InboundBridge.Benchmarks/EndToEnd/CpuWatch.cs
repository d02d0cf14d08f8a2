using System.Diagnostics;
using System.Globalization;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>Who used the processors during a run: the measured system, this process, or somebody who doesn't belong here.</summary>
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
        // Systems and load are all this process's children.
        var family = ProcessTree.Cpu(Environment.ProcessId) - _family;
        var capacity = Stopwatch.GetElapsedTime(_started) * Environment.ProcessorCount;
        return (process.Cpu - _system, Environment.CpuUsage.TotalTime - _own, Math.Max(0, (machine - family) / capacity));
    }

    /// <summary>proc(5), /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal (by other guests of the host).</summary>
    private static TimeSpan Busy()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int[] busy = [1, 2, 3, 6, 7, 8];
        return TimeSpan.FromSeconds(busy.Sum(field => long.Parse(fields[field], CultureInfo.InvariantCulture)) / ProcessTree.TicksPerSecond);
    }
}
