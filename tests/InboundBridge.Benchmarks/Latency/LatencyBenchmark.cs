using System.Net;
using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.Benchmarks.Wire;

namespace InboundBridge.Benchmarks.Latency;

/// <summary>Interleaved rounds as in end-to-end, with this process as the sender; every mail is verified to arrive once.</summary>
internal static class LatencyBenchmark
{
    /// <summary>No two runs send the same mails, not even to warm up: a destination that is asked first recognises repeats.</summary>
    private static int _runs;

    public static Task<int> RunAsync(LoadOptions load, CancellationToken cancellation) => LoadRun.RunAsync(
        load,
        $"{load.Messages:N0} mails of {load.Size:N0} octets, {load.Connections} connections at once, each sends when it has its reply; webhook format {load.Format}, {load.Rules} rules{(load.Everything ? Watchers.Description : "")}{load.Conditions}.",
        async systems =>
            LatencyTable.Render(
                await Rounds.RunAsync(systems, load, (system, round) => MeasureAsync(system, round, load, cancellation), Describe)),
        cancellation);

    public static string Describe(LatencyResult result) =>
        $"{result.System,-16} p50 {result.Median.TotalMilliseconds:0.0} ms, p99 {result.P99.TotalMilliseconds:0.0} ms, maximum "
        + $"{result.Maximum.TotalMilliseconds:0.0} ms at {result.Rate:N0} mails/s; others took {result.Others:0%} of the machine "
        + string.Join("; ", result.Errors.Select(error => $"{error.Value} x {error.Key}"));

    public static async Task<LatencyResult> MeasureAsync(
        IMeasuredSystem system, int round, LoadOptions load, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(load.Allowed);
        var mails = Math.Max(load.Messages / system.Share, load.Connections);
        system.Reset(mails);
        var work = new SmtpLoad(mails, load.Size) { CountsRecipients = load.Everything };
        var run = Interlocked.Increment(ref _runs);
        var watch = new CpuWatch(system.Process);
        var elapsed = await OwnLoad.SendAsync(
            system.Name, new IPEndPoint(IPAddress.Loopback, system.Port), load.Connections, mails, work,
            socket => new SmtpLoadConnection(socket, work, $"{Environment.ProcessId}.{run}"), limit.Token);
        await system.AllArrivedAsync(limit.Token);
        return new LatencyResult(
            system.Name, mails, elapsed, work.Percentile(50), work.Percentile(99), work.Percentile(100), work.Errors, watch.Read().Others);
    }
}
