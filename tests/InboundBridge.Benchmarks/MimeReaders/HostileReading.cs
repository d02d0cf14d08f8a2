using System.Globalization;
using InboundBridge.Benchmarks.Mime;

namespace InboundBridge.Benchmarks.MimeReaders;

/// <summary>
/// One reader reads one hostile mail once, in a process of its own: a reader inside a call can't be stopped otherwise, and it may end its
/// process by a stack overflow. The answer is one line on standard output, which <see cref="Parse"/> reads.
/// </summary>
internal static class HostileReading
{
    private const string Done = "done";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <summary>Usual processor time on ordinary mails before it counts, for the compiler.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(500);

    public static void Run(IMailReader reader, Func<int, byte[]> mail, ReadingLimits limits, TimeSpan warmUp, TextWriter output)
    {
        var octets = mail(1);
        Prepare(reader, mail, warmUp);
        GC.Collect();
        var (allocated, cpu) = (GC.GetTotalAllocatedBytes(precise: true), Environment.CpuUsage.TotalTime);
        string? failed = null;
        var thread = new Thread(() =>
        {
            try
            {
                reader.Read(octets);
            }
            catch (OutOfMemoryException)
            {
                failed = "out of memory";
            }
        })
        { IsBackground = true };
        thread.Start();
        while (!thread.Join(Interval) && failed is null)
            failed = limits.Exceeded(Environment.CpuUsage.TotalTime - cpu, GC.GetTotalAllocatedBytes() - allocated);
        var cost = new ReaderCost(Environment.CpuUsage.TotalTime - cpu, GC.GetTotalAllocatedBytes(precise: true) - allocated);
        output.WriteLine(failed ?? string.Create(CultureInfo.InvariantCulture, $"{Done} {cost.Cpu.Ticks} {cost.Octets}"));
    }

    /// <summary>What the process wrote; of one that ended without an answer, why there is none.</summary>
    public static (ReaderCost? Cost, string? Stopped) Parse(string output)
    {
        var line = output.Trim();
        if (!line.StartsWith(Done, StringComparison.Ordinal))
            return (null, line.Length > 0 ? line : "ended its process");
        var words = line.Split(' ');
        return (
            new ReaderCost(
                TimeSpan.FromTicks(long.Parse(words[1], CultureInfo.InvariantCulture)),
                double.Parse(words[2], CultureInfo.InvariantCulture)),
            null);
    }

    private static void Prepare(IMailReader reader, Func<int, byte[]> mail, TimeSpan warmUp)
    {
        var (ordinary, small, start) = (SampleMails.Ordinary(), mail(100), Environment.CpuUsage.TotalTime);
        while (Environment.CpuUsage.TotalTime - start < warmUp)
            reader.Read(ordinary);
        reader.Read(small);
    }
}
