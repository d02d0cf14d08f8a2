using System.Diagnostics;
using System.Globalization;
using InboundBridge.Benchmarks.Figures;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.Benchmarks.Spool;

/// <summary>
/// Compares intake with a large backlog for a dead destination to intake without one: two spools with their queues in one process get the
/// same load in turn. Then measures memory with the backlog alone, and the time from a restart to the first delivery.
/// </summary>
internal static class BacklogBenchmark
{
    /// <param name="slices">Pairs of measurements; the order alternates.</param>
    public static async Task<int> RunAsync(string folder, int backlog, int slices, TimeSpan time)
    {
        var (full, empty) = (Path.Combine(folder, "full"), Path.Combine(folder, "empty"));
        SpoolBenchmark.Empty(full);
        SpoolBenchmark.Empty(empty);
        await using (var spool = await SpoolBenchmark.OpenAsync(full))
        {
            await using var queue = await StartAsync(spool, new SinkTarget(), new SinkTarget(isDead: true));
            await using (var otherSpool = await SpoolBenchmark.OpenAsync(empty))
            {
                await using var otherQueue = await StartAsync(otherSpool, new SinkTarget(), new SinkTarget(isDead: true));
                await MeasureAsync(queue, spool, time);
                await MeasureAsync(otherQueue, otherSpool, time);
                await FillAsync(spool, queue, backlog);
                // Write dirty pages back now, so that the first slice does not pay for it.
                await MeasureAsync(queue, spool, time);
                await MeasureAsync(otherQueue, otherSpool, time);
                await CompareAsync((queue, spool), (otherQueue, otherSpool), backlog, slices, time);
            }
            PrintMemory($"{backlog:N0} waiting, in the process that filled it");
        }
        Console.WriteLine($"database {new FileInfo(Path.Combine(full, "spool.db")).Length / 1048576:N0} MB");
        await RestartAsync(full);
        return 0;
    }

    private static async Task CompareAsync(
        (MailQueue Queue, IMailSpool Spool) full, (MailQueue Queue, IMailSpool Spool) empty, int backlog, int slices, TimeSpan time)
    {
        var (with, without) = (new List<LoadFigures>(), new List<LoadFigures>());
        for (var slice = 0; slice < slices; slice++)
        {
            foreach (var isFull in slice % 2 == 0 ? new[] { true, false } : [false, true])
                (isFull ? with : without)
                    .Add(isFull ? await MeasureAsync(full.Queue, full.Spool, time) : await MeasureAsync(empty.Queue, empty.Spool, time));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  pair {slice + 1}: {with[^1].PerSecond:N0}/s beside {backlog:N0}, {without[^1].PerSecond:N0}/s beside none: "
                + $"{with[^1].PerSecond / without[^1].PerSecond:0.00}"));
        }
        Print($"beside {backlog:N0}", with);
        Print("beside none", without);
        var ratios = with.Zip(without, (one, other) => one.PerSecond / other.PerSecond);
        Console.WriteLine(FormattableString.Invariant($"intake beside {backlog:N0} is {Spread.Of(ratios, "0.00")} of that beside none"));
    }

    private static void Print(string what, List<LoadFigures> figures) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: {Spread.Of(figures.Select(one => one.PerSecond), "#,0")}/s, p99 "
        + $"{Spread.Median(figures.Select(one => one.P99)):0.0} ms, "
        + $"{Spread.Median(figures.Select(one => one.CpuPerThousand)):0.000} CPU-s/1,000"));

    private static async Task RestartAsync(string folder)
    {
        var clock = Stopwatch.StartNew();
        await using var spool = await SpoolBenchmark.OpenAsync(folder);
        Console.WriteLine(FormattableString.Invariant($"opened after {clock.Elapsed.TotalSeconds:0.00} s"));
        var revived = new SinkTarget();
        await using var queue = await StartAsync(spool, new SinkTarget(), revived);
        await revived.First;
        Console.WriteLine(FormattableString.Invariant($"restart to first delivery {clock.Elapsed.TotalSeconds:0.00} s"));
        clock.Restart();
        var before = revived.Delivered;
        await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System);
        Console.WriteLine(
            FormattableString.Invariant($"backlog drains at {(revived.Delivered - before) / clock.Elapsed.TotalSeconds:N0}/s"));
        PrintMemory("draining");
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
                spool, 1000, TimeSpan.FromSeconds(10), "dead", (staged, message, deliveries) =>
                    queue.AcceptAsync(staged, message, deliveries, CancellationToken.None));
            filled += figures.Count;
            Console.WriteLine($"  {filled:N0} queued, {figures.PerSecond:N0}/s, p99 {figures.P99:0.0} ms");
        }
    }

    private static Task<LoadFigures> MeasureAsync(MailQueue queue, IMailSpool spool, TimeSpan time) =>
        new Acceptors(TimeProvider.System).RunAsync(
            spool, 30, time, "sink", (staged, message, deliveries) =>
                queue.AcceptAsync(staged, message, deliveries, CancellationToken.None));

    private static void PrintMemory(string what)
    {
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(
            $"{what}: resident {process.WorkingSet64 / 1048576:N0} MB, managed "
            + $"{GC.GetTotalMemory(forceFullCollection: true) / 1048576:N0} MB");
    }
}
