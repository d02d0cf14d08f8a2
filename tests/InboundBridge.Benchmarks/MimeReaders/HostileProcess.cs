using System.Diagnostics;
using System.Globalization;

namespace InboundBridge.Benchmarks.MimeReaders;

/// <summary>Starts this program again for one hostile mail, and waits for it.</summary>
internal static class HostileProcess
{
    /// <summary>Octets that may be live in it: a reader that holds more is out of memory, and the machine is not.</summary>
    private const long MostLive = 2L * 1024 * 1024 * 1024;

    /// <summary>Besides the limit: for its start, for making the mail, and for a busy machine.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    public static async Task<ReaderRow> MeasureAsync(
        string mail, IReadOnlyList<IMailReader> readers, ReadingLimits limits, int rounds, CancellationToken cancellation)
    {
        var costs = readers.Select(_ => new List<ReaderCost>()).ToList();
        var stopped = new string?[readers.Count];
        for (var round = 0; round < rounds; round++)
        {
            for (var index = 0; index < readers.Count; index++)
            {
                // What was stopped once would be stopped again.
                if (stopped[index] is not null)
                    continue;
                var result = HostileReading.Parse(await RunAsync(mail, readers[index].Name, limits, cancellation));
                stopped[index] = result.Stopped;
                if (result.Cost is { } cost)
                    costs[index].Add(cost);
            }
        }

        return new ReaderRow(mail, [.. costs.Zip(stopped, (measured, why) => new ReaderFigures(measured, why))], Agreement: null);
    }

    /// <returns>What it wrote; nothing when it ended without an answer.</returns>
    private static async Task<string> RunAsync(string mail, string reader, ReadingLimits limits, CancellationToken cancellation)
    {
        var program = Environment.ProcessPath!;
        // Under "dotnet InboundBridge.Benchmarks.dll" the program is dotnet.
        string[] assembly = Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? [Path.Combine(AppContext.BaseDirectory, "InboundBridge.Benchmarks.dll")] : [];
        var start = new ProcessStartInfo(
            program,
            [.. assembly, HostileReadingCommand.Name, "--mail", mail, "--reader", reader, "--seconds", Text(limits.Seconds), "--megabytes",
                Text(limits.Megabytes)])
        { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_GCHeapHardLimit"] = MostLive.ToString("X", CultureInfo.InvariantCulture);
        // A process that ends by a stack overflow leaves no core.
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(limits.Seconds * 2) + Grace);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            await errors;
            return process.ExitCode == 0 ? output : "";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return "did not end";
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
