using System.Globalization;
using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.Benchmarks.SharedSpool;

/// <summary>The steps around each measurement: an empty folder, the database, the table.</summary>
internal static class SharedSpoolRun
{
    /// <param name="backlog">Deliveries to a dead destination; 0: no backlog.</param>
    public static async Task<int> RunAsync(SharedSpoolOptions options, int backlog, bool comparesNodes, CancellationToken cancellation)
    {
        LoadRun.Empty(options.Folder);
        var setting = string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Messages:N0} mails of {options.Size:N0} octets a run over {options.Connections} connections; ")
            + (options.SyncMilliseconds > 0 ? $"each sync of the database takes {options.SyncMilliseconds} ms or more. "
                : "syncs as the disk takes them. ")
            + $"{MachineState.Describe(options.Folder)}\n\n";
        Console.Write(setting);
        var table = setting;
        try
        {
            await using var database = await SharedDatabase.StartAsync(options, cancellation);
            table += await (backlog > 0 ? BacklogBenchmark.RunAsync(options, database, backlog, cancellation)
                : comparesNodes ? NodeCostBenchmark.RunAsync(options, database, cancellation)
                : ThroughputBenchmark.RunAsync(options, database, cancellation));
        }
        finally
        {
            LoadRun.Empty(options.Folder);
        }
        Console.Write($"\n{table}");
        if (options.MarkdownFile is not null)
            await File.WriteAllTextAsync(options.MarkdownFile, table, cancellation);
        return 0;
    }
}
