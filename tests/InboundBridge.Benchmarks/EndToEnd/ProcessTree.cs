using System.Globalization;
using InboundBridge.Benchmarks.Figures;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>The kernel's accounting of a process and everything that it has started.</summary>
internal static class ProcessTree
{
    /// <summary>User and system time of all living processes, and of ended children that they waited for.</summary>
    public static TimeSpan Cpu(int root) => Below(root, Living()).Aggregate(TimeSpan.Zero, (sum, process) => sum + process.Cpu);

    /// <summary>Octets. For a single process its peak; for several the memory resident now, with each shared page counted once.</summary>
    public static long Memory(int root)
    {
        var tree = Below(root, Living());
        return tree.Count == 1 ? Value(root, "status", "VmHWM:") : tree.Sum(process => Value(process.Id, "smaps_rollup", "Pss:"));
    }

    /// <summary>The process ids of the root, if it is alive, and of all its descendants.</summary>
    public static IEnumerable<int> Ids(int root) => Below(root, Living()).Select(process => process.Id);

    /// <summary>The root, if it is alive, and all its descendants.</summary>
    public static List<LivingProcess> Below(int root, IEnumerable<LivingProcess> all)
    {
        var children = new Dictionary<int, List<LivingProcess>>();
        var tree = new List<LivingProcess>();
        foreach (var process in all)
        {
            if (process.Id == root)
                tree.Add(process);
            else if (children.TryGetValue(process.Parent, out var siblings))
                siblings.Add(process);
            else
                children[process.Parent] = [process];
        }

        for (var index = 0; index < tree.Count; index++)
            tree.AddRange(children.GetValueOrDefault(tree[index].Id) ?? []);
        return tree;
    }

    private static IEnumerable<LivingProcess> Living()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) && Stat(pid) is { } stat)
                yield return new LivingProcess(pid, stat.Parent, stat.Cpu);
        }
    }

    /// <returns>Null if it has ended meanwhile.</returns>
    private static (int Parent, TimeSpan Cpu)? Stat(int pid)
    {
        try
        {
            return ProcText.Stat(File.ReadAllText($"/proc/{pid}/stat"));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <param name="file">A file in /proc/PID: status or smaps_rollup.</param>
    /// <param name="name">With its colon.</param>
    /// <returns>Octets; 0 if the process has ended meanwhile.</returns>
    public static long Value(int pid, string file, string name)
    {
        try
        {
            return ProcText.Octets(File.ReadLines($"/proc/{pid}/{file}"), name);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
