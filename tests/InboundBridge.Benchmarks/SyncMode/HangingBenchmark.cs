using System.Globalization;
using System.Text;
using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.Benchmarks.Figures;
using InboundBridge.Benchmarks.Latency;
using InboundBridge.Benchmarks.Wire;

namespace InboundBridge.Benchmarks.SyncMode;

/// <summary>
/// How long senders of other mail wait while a trickle of mail goes to a destination that is asked first: one that answers at once, and one
/// that never does, in interleaved rounds of two appliances. The circuit never opens, so as many senders wait as may.
/// </summary>
internal static class HangingBenchmark
{
    private const string Answering = "answering";
    private const string Hanging = "hanging";
    private const string Keys = ", concurrency: 32, sync_timeout: 2s, circuit: { failures: 1000000 }, retry: { schedule: [1h] }";

    public static Task<int> RunAsync(LoadOptions load, CancellationToken cancellation)
    {
        var trickles = new Dictionary<string, MailTrickle>(StringComparer.Ordinal);
        return LoadRun.RunAsync(
            load,
            $"{load.Messages:N0} mails of {load.Size:N0} octets over {load.Connections} connections, beside {MailTrickle.PerSecond} a "
            + $"second to a destination that is asked first; webhook format {load.Format}{load.Conditions}.",
            () => StartAsync(load, trickles, cancellation),
            async systems =>
            {
                var runs = await Rounds.RunAsync(
                    systems, load, (system, round) => MeasureAsync(system, round, trickles, load, cancellation), LatencyBenchmark.Describe);
                return LatencyTable.Render(runs) + Render(runs);
            },
            cancellation);
    }

    internal static string Render(IReadOnlyList<LatencyResult> runs)
    {
        var hanging = runs.Where(run => run.System == Hanging).ToList();
        var answering = runs.Where(run => run.System == Answering).ToList();
        var ratios = hanging.Select((run, round) => run.P99 / answering[round].P99);
        return new StringBuilder("\n| what | asked | measured |\n|---|---|---|\n").AppendLine(
            CultureInfo.InvariantCulture,
            $"| p99 beside one that hangs, times p99 beside one that answers | ≤ 1.10 | {Spread.Of(ratios, "0.00")} |").ToString();
    }

    private static async Task<LatencyResult> MeasureAsync(
        IMeasuredSystem system, int round, Dictionary<string, MailTrickle> trickles, LoadOptions load, CancellationToken cancellation)
    {
        await using var running = trickles[system.Name].Run(cancellation);
        return await LatencyBenchmark.MeasureAsync(system, round, load, cancellation);
    }

    private static async Task<IReadOnlyList<IMeasuredSystem>> StartAsync(
        LoadOptions load, Dictionary<string, MailTrickle> trickles, CancellationToken cancellation)
    {
        var started = new List<IMeasuredSystem>();
        try
        {
            foreach (var (name, delay) in new[] { (Answering, TimeSpan.Zero), (Hanging, Timeout.InfiniteTimeSpan) })
            {
                var system = await StartAsync(load.Appliances[0], name, delay, load, cancellation);
                started.Add(system);
                trickles[name] = new MailTrickle(system.Port, "slow@example.com");
            }
            return started;
        }
        catch
        {
            await SystemCatalog.StopAsync(started);
            throw;
        }
    }

    private static async Task<IMeasuredSystem> StartAsync(
        ApplianceBuild build, string name, TimeSpan delay, LoadOptions load, CancellationToken cancellation)
    {
        var folder = Path.Combine(load.Folder, name);
        var sink = MailSink.Webhook();
        var slow = new EventLoop("slow receiver");
        try
        {
            var port = slow.Listen(socket => new HttpSinkConnection(socket, null, delay: delay));
            slow.Start();
            const string Rules = """
                rules:
                  - { name: slow, when: { recipient: "slow@example.com" }, then: [webhook: slow] }
                  - { name: everything, when: { recipient: "*@example.com" }, then: [webhook: app] }

                """;
            var configuration = await ApplianceConfiguration.WriteAsync(
                folder, 0, Rules, "webhook", ApplianceConfiguration.Webhook(sink.Port, load.Format), cancellation, load.Listen,
                more: $"  slow: {{ webhook: {ApplianceConfiguration.SyncWebhook(port, load.Format, Keys)} }}\n");
            var (process, smtp) = await InboundBridgeSystem.LaunchAsync(build, configuration, $"{folder}.log", cancellation);
            return new SystemWithSlowReceiver(new DeliveringSystem(name, process, smtp, share: 1, sink), slow);
        }
        catch
        {
            slow.Dispose();
            sink.Dispose();
            throw;
        }
    }
}
