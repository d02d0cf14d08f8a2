using System.Diagnostics;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Spool;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.Benchmarks.Spool;

/// <summary>Intake beside a large backlog for a dead destination, memory with it, and how long a restart takes until the first delivery.</summary>
internal static class BacklogBenchmark
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(string folder, int backlog)
    {
        SpoolBenchmark.Empty(folder);
        await using (var spool = await SpoolBenchmark.OpenAsync(folder))
        {
            await using var queue = await StartAsync(spool, new SinkTarget(), new SinkTarget(isDead: true));
            await MeasureAsync("warm-up", spool, queue, "sink");
            await MeasureAsync("empty queue", spool, queue, "sink");
            await FillAsync(spool, queue, backlog);
            for (var round = 0; round < 3; round++)
                await MeasureAsync($"{backlog:N0} waiting", spool, queue, "sink");
        }
        Console.WriteLine($"database {new FileInfo(Path.Combine(folder, "spool.db")).Length / 1048576:N0} MB");
        var clock = Stopwatch.StartNew();
        await using (var spool = await SpoolBenchmark.OpenAsync(folder))
        {
            Console.WriteLine($"opened after {clock.Elapsed.TotalSeconds:0.00} s");
            var revived = new SinkTarget();
            await using var queue = await StartAsync(spool, new SinkTarget(), revived);
            await revived.First;
            Console.WriteLine($"restart to first delivery {clock.Elapsed.TotalSeconds:0.00} s");
            clock.Restart();
            var before = revived.Delivered;
            await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System);
            Console.WriteLine($"backlog drains at {(revived.Delivered - before) / clock.Elapsed.TotalSeconds:N0}/s");
            PrintMemory();
        }
        return 0;
    }

    private static async Task<MailQueue> StartAsync(IMailSpool spool, SinkTarget sink, SinkTarget dead)
    {
        var queue = new MailQueue(spool, TimeProvider.System, new Random(1), NullLogger.Instance, new MailQueueOptions());
        queue.ReplaceDestinations(
        [
            (new DestinationOptions { Name = "sink", Kind = "webhook" }, sink),
            (new DestinationOptions { Name = "dead", Kind = "webhook" }, dead),
        ]);
        await queue.StartAsync(CancellationToken.None);
        return queue;
    }

    private static async Task FillAsync(IMailSpool spool, MailQueue queue, int backlog)
    {
        var acceptors = new Acceptors(TimeProvider.System);
        var filled = 0;
        while (filled < backlog)
        {
            var figures = await acceptors.RunAsync(
                spool, 1000, TimeSpan.FromSeconds(10), "dead", (staged, message, deliveries) => queue.AcceptAsync(staged, message, deliveries, CancellationToken.None));
            filled += figures.Count;
            Console.WriteLine($"  {filled:N0} queued, {figures.PerSecond:N0}/s, p99 {figures.P99:0.0} ms");
        }
    }

    private static async Task MeasureAsync(string what, IMailSpool spool, MailQueue queue, string destination)
    {
        var figures = await new Acceptors(TimeProvider.System).RunAsync(
            spool, 30, Time, destination, (staged, message, deliveries) => queue.AcceptAsync(staged, message, deliveries, CancellationToken.None));
        Console.WriteLine($"{what}: {figures.PerSecond:N0}/s, p50 {figures.Median:0.0} ms, p99 {figures.P99:0.0} ms, {figures.CpuPerThousand:0.000} CPU-s/1,000");
        PrintMemory();
    }

    private static void PrintMemory()
    {
        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"  resident {process.WorkingSet64 / 1048576:N0} MB, managed {GC.GetTotalMemory(forceFullCollection: true) / 1048576:N0} MB");
    }
}
