using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.Benchmarks.Figures;
using InboundBridge.Benchmarks.Wire;

namespace InboundBridge.Benchmarks.SyncMode;

/// <summary>
/// The same load through each build, once by the queue and once asked first, in interleaved rounds. The receiver answers after a
/// millisecond either way. Every mail is verified to arrive once.
/// </summary>
internal static class SyncCostBenchmark
{
    private const string SyncSuffix = "-sync";

    /// <summary>No two runs send the same mails: a destination that is asked first recognises repeats.</summary>
    private static int _runs;

    private static readonly TimeSpan AnswersAfter = TimeSpan.FromMilliseconds(1);

    /// <param name="retain">Configuration <c>spool.retain.delivered</c>.</param>
    /// <param name="rate">Mails a second; 0: as many as are taken.</param>
    public static Task<int> RunAsync(LoadOptions load, string retain, int rate, CancellationToken cancellation) => LoadRun.RunAsync(
        load,
        $"{load.Messages:N0} mails of {load.Size:N0} octets over {load.Connections} connections, "
        + $"{(rate == 0 ? "as fast as they are taken" : $"{rate:N0} a second")}; the receiver answers after "
        + $"{AnswersAfter.TotalMilliseconds} ms; delivered mails are kept for {retain}; webhook format {load.Format}, "
        + $"{load.Rules} rules{load.Conditions}.",
        () => StartAsync(load, retain, cancellation),
        async systems =>
        {
            var runs = await Rounds.RunAsync(
                systems, load, (system, round) => MeasureAsync(system, round, load, rate, cancellation),
                EndToEndBenchmark.Describe);
            return ResultTable.Render(runs, [.. systems.Select(system => system.Name)]) + Render(runs, load.Appliances);
        },
        cancellation);

    private static async Task<RunResult> MeasureAsync(
        IMeasuredSystem system, int round, LoadOptions load, int rate, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(load.Allowed);
        var mails = Math.Max(load.Messages / system.Share, load.Connections);
        system.Reset(mails);
        var work = new SmtpLoad(mails, load.Size, rate);
        var run = Interlocked.Increment(ref _runs);
        var watch = new CpuWatch(system.Process);
        var start = Stopwatch.GetTimestamp();
        var accepted = await OwnLoad.SendAsync(
            system.Name, new IPEndPoint(load.Target, system.Port), load.Connections, mails, work,
            socket => new SmtpLoadConnection(socket, work, $"{Environment.ProcessId}.{run}"), limit.Token);
        await system.AllArrivedAsync(limit.Token);
        var arrived = Stopwatch.GetElapsedTime(start);
        var (cpu, own, others) = watch.Read();
        return new RunResult(system.Name, round, mails, accepted, arrived, cpu, own, others, system.Process.Memory);
    }

    /// <summary>What mode: sync costs, beside what is asked of it. Ratios are of runs side by side.</summary>
    internal static string Render(IReadOnlyList<RunResult> runs, IReadOnlyList<ApplianceBuild> builds)
    {
        var table = new StringBuilder("\n| what | asked | measured |\n|---|---|---|\n");
        foreach (var build in builds)
        {
            List<RunResult> queued = [.. runs.Where(run => run.System == build.Name)];
            List<RunResult> asked = [.. runs.Where(run => run.System == build.Name + SyncSuffix)];
            Row(table, $"{build.Name}, CPU µs a mail through the queue", "", queued.Select(run => run.CpuPerThousand * 1000), "#,0");
            Row(table, $"{build.Name}, CPU µs a mail asked first", "", asked.Select(run => run.CpuPerThousand * 1000), "#,0");
            var ratios = asked.Join(
                queued, run => run.Round, other => other.Round, (run, other) => run.CpuPerThousand / other.CpuPerThousand);
            Row(table, $"{build.Name}, times the CPU of the queue", "≤ 1.15", ratios, "0.00");
        }
        return table.ToString();
    }

    private static void Row(StringBuilder table, string what, string asked, IEnumerable<double> values, string format) =>
        table.AppendLine(CultureInfo.InvariantCulture, $"| {what} | {asked} | {Spread.Of(values, format)} |");

    private static async Task<IReadOnlyList<IMeasuredSystem>> StartAsync(LoadOptions load, string retain, CancellationToken cancellation)
    {
        var started = new List<IMeasuredSystem>();
        try
        {
            foreach (var build in load.Appliances)
            {
                started.Add(await StartAsync(build, build.Name, isAsked: false, load, retain, cancellation));
                started.Add(await StartAsync(build, build.Name + SyncSuffix, isAsked: true, load, retain, cancellation));
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
        ApplianceBuild build, string name, bool isAsked, LoadOptions load, string retain, CancellationToken cancellation)
    {
        var folder = Path.Combine(load.Folder, name);
        var sink = MailSink.Webhook(AnswersAfter);
        var keys = string.Create(CultureInfo.InvariantCulture, $", concurrency: {Math.Max(32, load.Connections)}");
        var destination = isAsked
            ? ApplianceConfiguration.SyncWebhook(sink.Port, load.Format, keys)
            : ApplianceConfiguration.Webhook(sink.Port, load.Format).Replace(" }", $"{keys} }}", StringComparison.Ordinal);
        try
        {
            var configuration = await ApplianceConfiguration.WriteAsync(
                folder, 0, ApplianceConfiguration.Rules(load.Rules, "webhook"), "webhook", destination, cancellation, load.Listen,
                retain: retain);
            var (process, port) = await InboundBridgeSystem.LaunchAsync(build, configuration, $"{folder}.log", cancellation);
            return new DeliveringSystem(name, process, port, share: 1, sink);
        }
        catch
        {
            sink.Dispose();
            throw;
        }
    }
}
