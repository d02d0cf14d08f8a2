using System.Diagnostics;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>Rounds in which each system gets the same load in turn, so that what else the machine does hits all of them.</summary>
internal static class EndToEndBenchmark
{
    public static async Task<int> RunAsync(LoadOptions load, CancellationToken cancellation)
    {
        if (Directory.Exists(load.Folder))
            Directory.Delete(load.Folder, recursive: true);
        Directory.CreateDirectory(load.Folder);
        await using var anchor = await SmtpSinkSystem.StartAsync(load, cancellation);
        await using var product = await InboundBridgeSystem.StartAsync(load, cancellation);
        IMeasuredSystem[] systems = [anchor, product];
        var runs = new List<RunResult>();

        Console.WriteLine($"{load.Messages} mails of {load.Size} octets over {load.Connections} connections, {(load.OnePerConnection ? "one" : "many")} a connection; webhook format {load.Format}, {load.Rules} rules; {Environment.ProcessorCount} cores");

        // One whole run each that doesn't count: the JIT compiles hot methods again after a while.
        foreach (var system in systems)
            await MeasureAsync(system, load, cancellation);
        for (var round = 1; round <= load.Rounds; round++)
        {
            foreach (var system in systems)
            {
                var run = await MeasureAsync(system, load, cancellation);
                runs.Add(run);
                Console.WriteLine($"round {round}  {run.System,-14} {run.Rate,8:N0} mails/s  accepted at {run.AcceptRate,8:N0}/s  {run.CpuPerThousand,6:0.000} CPU-s/1,000");
            }
        }

        Console.WriteLine();
        Console.Write(ResultTable.Render(runs, anchor.Name, systems.ToDictionary(system => system.Name, system => system.Process.PeakMemory, StringComparer.Ordinal)));
        return 0;
    }

    private static async Task<RunResult> MeasureAsync(IMeasuredSystem system, LoadOptions load, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(load.Allowed);
        system.Reset(load.Messages);
        var cpu = system.Process.Cpu;
        var start = Stopwatch.GetTimestamp();
        await SendAsync(system.Port, load, limit.Token);
        var accepted = Stopwatch.GetElapsedTime(start);
        await system.AllArrivedAsync(limit.Token);
        var arrived = Stopwatch.GetElapsedTime(start);
        return new RunResult(system.Name, load.Messages, accepted, arrived, system.Process.Cpu - cpu);
    }

    private static async Task SendAsync(int port, LoadOptions load, CancellationToken cancellation)
    {
        string[] options = ["-s", $"{load.Connections}", "-m", $"{load.Messages}", "-l", $"{load.Size}", "-f", "al@sender.test", "-t", "support@example.com"];
        string[] connection = load.OnePerConnection ? [] : ["-d"];
        var start = new ProcessStartInfo("smtp-source", [.. options, .. connection, $"127.0.0.1:{port}"]) { RedirectStandardError = true, UseShellExecute = false };
        using var source = Process.Start(start) ?? throw new InvalidOperationException("smtp-source (Debian package postfix) did not start");
        var errors = await source.StandardError.ReadToEndAsync(cancellation);
        await source.WaitForExitAsync(cancellation);
        if (source.ExitCode != 0)
            throw new InvalidOperationException($"smtp-source ended with {source.ExitCode}: {errors}");
    }
}
