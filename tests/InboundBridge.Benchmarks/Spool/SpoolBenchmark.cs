using System.Globalization;
using InboundBridge.Benchmarks.Figures;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.Benchmarks.Spool;

/// <summary>
/// Measures 4 KB mails with 1, 30 and 100 concurrent receptions: discarded, committed, and taken through the whole queue. Rounds are
/// interleaved; shows medians with their range.
/// </summary>
internal static class SpoolBenchmark
{
    private static readonly int[] Concurrencies = [1, 30, 100];

    private static TimeSpan Time { get; set; } = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(string folder, int rounds)
    {
        var figures = new Dictionary<(string, int), List<LoadFigures>>();
        for (var round = -1; round < rounds; round++)
        {
            foreach (var concurrency in Concurrencies)
            {
                foreach (var (name, run) in new (
                    string, Func<string, int, Task<LoadFigures>>)[] { ("discard", DiscardAsync), ("commit", CommitAsync),
                    ("whole life", LifeAsync) })
                {
                    Empty(folder);
                    var result = await run(folder, concurrency);
                    // The first round warms up.
                    if (round < 0)
                        continue;
                    if (!figures.TryGetValue((name, concurrency), out var list))
                        figures[(name, concurrency)] = list = [];
                    list.Add(result);
                }
            }
        }
        Console.WriteLine("| what | at once | msgs/s [range] | p50 ms | p99 ms | CPU-s/1,000 | KB alloc |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var ((name, concurrency), list) in figures)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {concurrency} | {Spread.Of(list.Select(one => one.PerSecond), "#,0")} | "
                + $"{Spread.Median(list.Select(one => one.Median)):0.00} | {Spread.Median(list.Select(one => one.P99)):0.00} | "
                + $"{Spread.Median(list.Select(one => one.CpuPerThousand)):0.000} | "
                + $"{Spread.Median(list.Select(one => one.Allocated)) / 1024:0.0} |"));
        }
        return 0;
    }

    /// <summary>Repeats a single measurement for a given time, for a profiler.</summary>
    public static async Task<int> OnceAsync(string folder, string what, int concurrency, int seconds)
    {
        Time = TimeSpan.FromSeconds(seconds);
        Empty(folder);
        Func<string, int, Task<LoadFigures>> run = what switch { "discard" => DiscardAsync, "commit" => CommitAsync, _ => LifeAsync };
        Console.WriteLine(await run(folder, concurrency));
        return 0;
    }

    public static async Task<IMailSpool> OpenAsync(string folder) => await SqliteMailSpool.OpenAsync(
        new SpoolOptions { Path = folder, MinimumFree = 0 }, TimeProvider.System, NullLogger.Instance, new MetricRegistry(),
        CancellationToken.None);

    public static void Empty(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(folder, "spool.db*"))
            File.Delete(file);
    }

    private static async Task<LoadFigures> DiscardAsync(string folder, int concurrency)
    {
        await using var spool = await OpenAsync(folder);
        return await new Acceptors(TimeProvider.System).RunAsync(spool, concurrency, Time, "sink", null);
    }

    private static async Task<LoadFigures> CommitAsync(string folder, int concurrency)
    {
        await using var spool = await OpenAsync(folder);
        return await new Acceptors(TimeProvider.System).RunAsync(
            spool, concurrency, Time, "sink", (staged, message, deliveries) =>
                spool.CommitAsync(staged, message, deliveries, NewClaims.None, CancellationToken.None));
    }

    private static async Task<LoadFigures> LifeAsync(string folder, int concurrency)
    {
        await using var spool = await OpenAsync(folder);
        await using var queue = new MailQueue(spool, TimeProvider.System, new Random(1), NullLogger.Instance, new MailQueueOptions());
        var sink = new SinkTarget();
        queue.ReplaceDestinations([(new DestinationOptions { Name = "sink", Kind = "webhook" }, sink)]);
        await queue.StartAsync(CancellationToken.None);
        var figures = await new Acceptors(TimeProvider.System).RunAsync(
            spool, concurrency, Time, "sink", (staged, message, deliveries) =>
                queue.AcceptAsync(staged, message, deliveries, CancellationToken.None));
        await queue.StopAsync(TimeSpan.FromSeconds(10));
        if (sink.Delivered < figures.Count * 0.95)
            Console.Error.WriteLine($"only {sink.Delivered} of {figures.Count} were delivered while they were accepted");
        return figures;
    }
}
