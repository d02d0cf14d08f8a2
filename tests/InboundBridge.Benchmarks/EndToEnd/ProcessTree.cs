using System.Globalization;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>A process and everything it has started, by the kernel's accounting.</summary>
internal static class ProcessTree
{
    // USER_HZ, which is 100 on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>User and system time of all that live, and of the ended children they waited for.</summary>
    public static TimeSpan Cpu(int root) => TimeSpan.FromSeconds(Living(root).Sum(process => process.Ticks) / TicksPerSecond);

    /// <summary>Octets: the sum of the peaks of resident memory of all that live; pages that they share count for each.</summary>
    public static long PeakMemory(int root) => Living(root).Sum(process => Peak(process.Pid));

    private static List<(int Pid, long Ticks)> Living(int root)
    {
        var children = new Dictionary<int, List<(int Pid, long Ticks)>>();
        var tree = new List<(int Pid, long Ticks)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) || Stat(pid) is not { } stat)
                continue;
            if (pid == root)
                tree.Add((pid, stat.Ticks));
            else if (children.TryGetValue(stat.Parent, out var siblings))
                siblings.Add((pid, stat.Ticks));
            else
                children[stat.Parent] = [(pid, stat.Ticks)];
        }

        for (var index = 0; index < tree.Count; index++)
            tree.AddRange(children.GetValueOrDefault(tree[index].Pid) ?? []);
        return tree;
    }

    /// <returns>Null when it ended meanwhile.</returns>
    private static (int Parent, long Ticks)? Stat(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // Behind the name, which may hold anything: state, ppid, …; utime, stime, cutime and cstime are the 12th to 15th from there.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (int.Parse(fields[1], CultureInfo.InvariantCulture), fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long Peak(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
