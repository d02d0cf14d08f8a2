using System.Globalization;

namespace InboundBridge.Benchmarks.Figures;

/// <summary>What the kernel writes below /proc (proc(5)), read from its text.</summary>
internal static class ProcText
{
    // USER_HZ, which is 100 on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>/proc/PID/stat: the parent, and user and system time with that of the ended children it waited for.</summary>
    public static (int Parent, TimeSpan Cpu) Stat(string text)
    {
        // Behind the name, which may hold anything: state, ppid, …; utime, stime, cutime and cstime are the 12th to 15th from there.
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (int.Parse(fields[1], CultureInfo.InvariantCulture), Time(fields[11..15]));
    }

    /// <summary>
    /// The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal (by other guests of the host), guest,
    /// guest_nice.
    /// </summary>
    /// <returns>Time of all processors that was neither idle nor waiting for a disk. What guests of this machine took is in user and nice
    /// already.</returns>
    public static TimeSpan Busy(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Time([.. fields[1..4], .. fields[6..9]]);
    }

    /// <summary>A line such as <c>VmRSS:	  1234 kB</c> of /proc/PID/status or /proc/PID/smaps_rollup.</summary>
    /// <param name="name">With its colon.</param>
    /// <returns>Octets; 0 when there is no such line, as of a process that is ending.</returns>
    public static long Octets(IEnumerable<string> lines, string name)
    {
        var line = lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null
            ? 0 : long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>The mount of /proc/PID/mountinfo that a folder lies in.</summary>
    /// <returns>The file system's type, and the device or what stands for it.</returns>
    public static (string Type, string Source) Mount(IEnumerable<string> lines, string folder)
    {
        // id, parent, device number, root, mount point, options, any number of fields, "-", type, source, options
        var mount = lines
            .Select(line => line.Split(' '))
            .Where(fields => IsBelow(folder, Unescaped(fields[4])))
            // Of two on one mount point the later hides the earlier.
            .Aggregate((best, fields) => fields[4].Length >= best[4].Length ? fields : best);
        var end = Array.IndexOf(mount, "-", 6);
        return (mount[end + 1], mount[end + 2]);
    }

    private static bool IsBelow(string folder, string mountPoint) =>
        mountPoint == "/" || folder == mountPoint || folder.StartsWith(mountPoint + "/", StringComparison.Ordinal);

    private static string Unescaped(string field) =>
        field.Replace(@"\040", " ", StringComparison.Ordinal).Replace(@"\011", "\t", StringComparison.Ordinal)
            .Replace(@"\134", @"\", StringComparison.Ordinal);

    private static TimeSpan Time(IEnumerable<string> ticks) =>
        TimeSpan.FromSeconds(ticks.Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) / TicksPerSecond);
}
