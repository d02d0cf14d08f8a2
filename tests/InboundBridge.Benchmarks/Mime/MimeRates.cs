using System.Diagnostics;

namespace InboundBridge.Benchmarks.Mime;

/// <summary>Rates by processor time of this process, which a busy machine hardly changes.</summary>
internal static class MimeRates
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(1);

    public static void Print(TextWriter output)
    {
        var benchmarks = new MimeBenchmarks();
        Rate(output, "headers only, 5 KB", () => benchmarks.HeadersOnly(), 0);
        Rate(output, "every header, 5 KB", () => benchmarks.EveryHeader(), 0);
        Rate(output, "structure, 5 KB", () => benchmarks.Structure(), 0);
        Rate(output, "text, 5 KB", () => benchmarks.Text(), 0);
        Rate(output, "html, 5 KB", () => benchmarks.Html(), 0);
        Rate(output, "reply text, 5 KB", () => benchmarks.ReplyText(), 0);
        Rate(output, "kind, 5 KB", () => benchmarks.Kind(), 0);
        Rate(output, "whole mail, 5 KB", () => benchmarks.Whole(), 0);
        Rate(output, "base64, 1 MB", () => (int)benchmarks.Base64Megabyte(), 1);
        Rate(output, "quoted-printable, 1 MB", () => (int)benchmarks.QuotedPrintableMegabyte(), 1);
    }

    private static void Rate(TextWriter output, string name, Func<int> run, double megabytes)
    {
        var best = 0.0;
        long allocated = 0;
        for (var round = 0; round < 5; round++)
        {
            var process = Process.GetCurrentProcess();
            var start = process.TotalProcessorTime;
            var memory = GC.GetAllocatedBytesForCurrentThread();
            var count = 0;
            do
            {
                for (var index = 0; index < 50; index++, count++)
                    run();
                process.Refresh();
            }
            while (process.TotalProcessorTime - start < Long / 2);
            best = Math.Max(best, count / (process.TotalProcessorTime - start).TotalSeconds);
            allocated = (GC.GetAllocatedBytesForCurrentThread() - memory) / count;
        }
        var rate = megabytes > 0 ? $"{best * megabytes,12:N0} MB/s" : $"{best,12:N0} /s  ";
        output.WriteLine($"{name,-28}{rate}{allocated,12:N0} octets allocated");
    }
}
