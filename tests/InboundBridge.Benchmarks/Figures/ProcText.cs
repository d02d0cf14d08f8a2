using System.Globalization;

namespace InboundBridge.Benchmarks.Figures;

/// <summary>Parses the kernel's files below /proc (proc(5)).</summary>
internal static class ProcText
{
    // USER_HZ, which is 100 on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>/proc/PID/stat: the parent, and user and system time including that of ended children that it waited for.</summary>
    public static (int Parent, TimeSpan Cpu) Stat(string text)
    {
        // After the name, which may contain anything: state, ppid, …; utime, stime, cutime and cstime are the 12th to 15th of these fields.
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (int.Parse(fields[1], CultureInfo.InvariantCulture), Time(fields[11..15]));
    }

    /// <summary>
    /// The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq,
    /// steal (by other guests of the host), guest, guest_nice.
    /// </summary>
    /// <returns>
    /// Time of all processors that was neither idle nor waiting for a disk. The time of
    /// this machine's own guests is included in user and nice.
    /// </returns>
    public static TimeSpan Busy(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Time([.. fields[1..4], .. fields[6..9]]);
    }

    /// <summary>A line such as <c>VmRSS:	  1234 kB</c> of /proc/PID/status or /proc/PID/smaps_rollup.</summary>
    /// <param name="name">With its colon.</param>
    /// <returns>Octets; 0 if the line is missing, for example because the process is ending.</returns>
    public static long Octets(IEnumerable<string> lines, string name)
    {
        var line = lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null
            ? 0 : long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>The mount that a folder is on, from /proc/PID/mountinfo.</summary>
    /// <returns>The file system's type and its device or pseudo-device.</returns>
    public static (string Type, string Source) Mount(IEnumerable<string> lines, string folder)
    {
        // id, parent, device number, root, mount point, options, any number of fields, "-", type, source, options
        var mount = lines
            .Select(line => line.Split(' '))
            .Where(fields => IsBelow(folder, Unescaped(fields[4])))
            // If two mounts have the same mount point, the later one hides the earlier one.
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
