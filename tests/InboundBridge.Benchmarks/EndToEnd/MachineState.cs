using System.Globalization;
using InboundBridge.Benchmarks.Figures;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>What figures depend on besides the programs: cores, load, the file system, and connection tracking.</summary>
internal static class MachineState
{
    public static string Describe(string folder)
    {
        var tracking = ConnectionTracking.IsOn() ? " Connection tracking is on (see docs/performance.md)." : string.Empty;
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores ({Processor()}), load {load} at the start; spools lie on {FileSystem(folder)}.{tracking}");
    }

    private static string Processor() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1]
            .Trim() ?? "unknown";

    /// <summary>The type, and for ext3 and ext4 whether a journal is open: without one a synced file can still be lost.</summary>
    private static string FileSystem(string folder)
    {
        var (type, device) = ProcText.Mount(File.ReadLines("/proc/self/mountinfo"), folder);
        if (type is not ("ext3" or "ext4"))
            return type;
        var journal = Directory.Exists("/proc/fs/jbd2")
            && Directory.EnumerateDirectories("/proc/fs/jbd2", $"{Path.GetFileName(device)}-*").Any();
        return $"{type} {(journal ? "with a journal" : "WITHOUT a journal (see docs/performance.md)")}";
    }
}
