using System.Diagnostics;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>Measures the mails a second that a system delivers, and their cost.</summary>
internal static class EndToEndBenchmark
{
    public static Task<int> RunAsync(LoadOptions load, CancellationToken cancellation) => LoadRun.RunAsync(
        load,
        $"{load.Messages:N0} mails of {load.Size:N0} octets over {load.Connections} connections, {(load.OnePerConnection ? "one" : "many")} a connection; webhook format {load.Format}, {load.Rules} rules{load.Conditions}.",
        async systems => ResultTable.Render(
            await Rounds.RunAsync(systems, load, (system, round) => MeasureAsync(system, round, load, cancellation), Describe),
            [.. load.Appliances.SelectMany(build => new[] { build.Name, build.RelayName })]),
        cancellation);

    private static string Describe(RunResult run) =>
        $"{run.System,-16} {run.Rate,8:N0} mails/s  accepted at {run.AcceptRate,8:N0}/s  {run.CpuPerThousand,6:0.000} CPU-s/1,000 (the sink's: {run.SinkCpuPerThousand:0.000}); others took {run.Others:0%} of the machine";

    private static async Task<RunResult> MeasureAsync(IMeasuredSystem system, int round, LoadOptions load, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(load.Allowed);
        var messages = Math.Max(load.Messages / system.Share, load.Connections);
        system.Reset(messages);
        var watch = new CpuWatch(system.Process);
        var start = Stopwatch.GetTimestamp();
        await SendAsync(system.Port, messages, load, limit.Token);
        var accepted = Stopwatch.GetElapsedTime(start);
        await system.AllArrivedAsync(limit.Token);
        var arrived = Stopwatch.GetElapsedTime(start);
        var (cpu, own, others) = watch.Read();
        return new RunResult(system.Name, round, messages, accepted, arrived, cpu, own, others, system.Process.Memory);
    }

    private static async Task SendAsync(int port, int messages, LoadOptions load, CancellationToken cancellation)
    {
        string[] options =
            ["-s", $"{load.Connections}", "-m", $"{messages}", "-l", $"{load.Size}", "-f", "al@sender.test", "-t", "support@example.com"];
        string[] connection = load.OnePerConnection ? [] : ["-d"];
        var start =
            new ProcessStartInfo(
                "smtp-source", [.. options, .. connection, $"127.0.0.1:{port}"])
            { RedirectStandardError = true, UseShellExecute = false };
        using var source =
            Process.Start(start) ?? throw new InvalidOperationException("smtp-source (Debian package postfix) did not start");
        try
        {
            var errors = await source.StandardError.ReadToEndAsync(cancellation);
            await source.WaitForExitAsync(cancellation);
            if (source.ExitCode != 0)
                throw new InvalidOperationException($"smtp-source ended with {source.ExitCode}: {errors}");
        }
        catch (OperationCanceledException)
        {
            source.Kill();
            throw;
        }
    }
}
