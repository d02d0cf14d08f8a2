using System.Globalization;
using InboundBridge.Benchmarks.Figures;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>A process and everything it has started, by the kernel's accounting.</summary>
internal static class ProcessTree
{
    /// <summary>User and system time of all that live, and of the ended children they waited for.</summary>
    public static TimeSpan Cpu(int root) => Below(root, Living()).Aggregate(TimeSpan.Zero, (sum, process) => sum + process.Cpu);

    /// <summary>Octets: the peak of a process that is alone; of several what is resident now, each shared page counted once.</summary>
    public static long Memory(int root)
    {
        var tree = Below(root, Living());
        return tree.Count == 1 ? Value(root, "status", "VmHWM:") : tree.Sum(process => Value(process.Id, "smaps_rollup", "Pss:"));
    }

    /// <summary>The process ids of the root, if it lives, and of all its descendants.</summary>
    public static IEnumerable<int> Ids(int root) => Below(root, Living()).Select(process => process.Id);

    /// <summary>The root, if it lives, and all its descendants.</summary>
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

    /// <returns>Null when it ended meanwhile.</returns>
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

    /// <param name="file">Of /proc/PID: status, smaps_rollup.</param>
    /// <param name="name">With its colon.</param>
    /// <returns>Octets; 0 when the process ended meanwhile.</returns>
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
