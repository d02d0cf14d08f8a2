using System.Diagnostics;
using System.Globalization;
using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.Benchmarks.Soak;

/// <summary>The soak: load, failures and kills for the given time, then a wait until everything has arrived, then the count.</summary>
internal static class SoakRun
{
    /// <summary>How long waiting deliveries may take after the load has ended.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <returns>0, or 1 if a mail was lost, or arrived twice without a kill that explains it.</returns>
    public static async Task<int> RunAsync(SoakOptions options, CancellationToken cancellation)
    {
        LoadRun.Empty(options.Folder);
        await using var receiver = await SoakReceiver.StartAsync(options.Failures, cancellation);
        await using var appliance = new SoakAppliance(options, receiver);
        await appliance.StartAsync(cancellation);
        var senders = new SoakSenders(options, appliance.SmtpPort);
        var samples = new List<SoakSample>();
        var clock = Stopwatch.StartNew();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(options.Time);
        var sending = senders.RunAsync(stop.Token);
        var looking = LookAsync(options, appliance, samples, clock, stop.Token);
        var kills = await KillAsync(options, appliance, stop.Token, cancellation);
        await Task.WhenAll(sending, looking);
        cancellation.ThrowIfCancellationRequested();
        Console.WriteLine(FormattableString.Invariant($"load ended after {clock.Elapsed.TotalMinutes:0.0} min; waiting for what is open"));
        await DrainAsync(senders, receiver, appliance, cancellation);
        var isClean = await appliance.StopAsync(cancellation);
        return Report(options, senders, receiver, samples, kills, isClean);
    }

    private static async Task LookAsync(
        SoakOptions options, SoakAppliance appliance, List<SoakSample> samples, Stopwatch clock, CancellationToken stop)
    {
        using var beat = new PeriodicTimer(options.SampleEvery, TimeProvider.System);
        try
        {
            while (await beat.WaitForNextTickAsync(stop))
            {
                if (await appliance.LookAsync(clock.Elapsed, stop) is not { } sample)
                    continue;
                samples.Add(sample);
                if (samples.Count % 12 == 1)
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{sample.At:hh\\:mm\\:ss}  {sample.Resident,6:0} MB  {sample.Handles,4} handles  {sample.Threads,3} "
                        + $"threads  spool {sample.Spool,6:0.0} MB  {sample.Open,6} open"));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
    }

    private static async Task<int> KillAsync(
        SoakOptions options, SoakAppliance appliance, CancellationToken stop, CancellationToken cancellation)
    {
        var kills = 0;
        try
        {
            while (true)
            {
                await Task.Delay(options.KillEvery ?? Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
                await appliance.KillAsync();
                kills++;
                await appliance.StartAsync(cancellation);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return kills;
        }
    }

    private static async Task DrainAsync(
        SoakSenders senders, SoakReceiver receiver, SoakAppliance appliance, CancellationToken cancellation)
    {
        var began = Stopwatch.StartNew();
        while (began.Elapsed < Patience)
        {
            if (senders.Promised.All(number => receiver.CountOf(number) > 0)
                && await appliance.LookAsync(began.Elapsed, cancellation) is { Open: 0 })
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellation);
        }
    }

    private static int Report(
        SoakOptions options, SoakSenders senders, SoakReceiver receiver, List<SoakSample> samples, int kills, bool isClean)
    {
        var lost = senders.Promised.Where(number => receiver.CountOf(number) == 0).Order().ToList();
        var twice = receiver.TakenTwice().Order().ToList();
        Console.WriteLine();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{options.Time.TotalMinutes:0.#} min at {options.Rate} mails/s over {options.Connections} sessions, "
                + $"{options.Failures} % of the requests failed, {kills} kills"));
        Console.WriteLine(
            $"{senders.Promised.Count:N0} got 250, {senders.Unanswered:N0} got no answer, {receiver.Taken:N0} arrived, "
            + $"{receiver.Failed:N0} requests were failed by the receiver");
        Console.WriteLine($"lost: {Few(lost)}; twice: {Few(twice)}; clean stop: {(isClean ? "yes" : "no")}");
        Console.WriteLine();
        Console.Write(samples.Count > 0 ? $"{SoakTable.Render(samples)}\n{SoakTable.RenderCourse(samples)}" : "no samples\n");
        return lost.Count == 0 && (twice.Count == 0 || kills > 0) && isClean ? 0 : 1;
    }

    private static string Few(List<int> numbers) =>
        numbers.Count == 0 ? "none" : $"{numbers.Count:N0} ({string.Join(", ", numbers.Take(10))}{(numbers.Count > 10 ? ", …" : "")})";
}
