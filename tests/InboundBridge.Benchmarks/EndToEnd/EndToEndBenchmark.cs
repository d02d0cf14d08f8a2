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
        var setting = $"""
            {load.Messages:N0} mails of {load.Size:N0} octets over {load.Connections} connections, {(load.OnePerConnection ? "one" : "many")} a connection; webhook format {load.Format}, {load.Rules} rules.
            {MachineState.Describe(load.Folder)}

            """;
        Console.WriteLine(setting);

        var systems = await SystemCatalog.StartAsync(load, cancellation);
        try
        {
            var runs = await MeasureAsync(systems, load, cancellation);
            var table = setting + ResultTable.Render(
                runs,
                [.. load.Appliances.Select(build => build.Name)],
                systems.ToDictionary(system => system.Name, system => system.Process.PeakMemory, StringComparer.Ordinal));
            Console.WriteLine();
            Console.Write(table);
            if (load.MarkdownFile is not null)
                await File.WriteAllTextAsync(load.MarkdownFile, table, cancellation);
            return 0;
        }
        finally
        {
            await SystemCatalog.StopAsync(systems);
        }
    }

    private static async Task<List<RunResult>> MeasureAsync(IReadOnlyList<IMeasuredSystem> systems, LoadOptions load, CancellationToken cancellation)
    {
        var runs = new List<RunResult>();
        // Round 0 doesn't count: the JIT compiles hot methods again after a while.
        for (var round = 0; round <= load.Rounds; round++)
        {
            foreach (var system in systems)
            {
                var run = await MeasureAsync(system, round, load, cancellation);
                if (round > 0)
                    runs.Add(run);
                Console.WriteLine($"{(round == 0 ? "warm-up" : $"round {round}")}  {run.System,-16} {run.Rate,8:N0} mails/s  accepted at {run.AcceptRate,8:N0}/s  {run.CpuPerThousand,6:0.000} CPU-s/1,000 (the sink's: {run.SinkCpuPerThousand:0.000})");
            }
        }

        return runs;
    }

    private static async Task<RunResult> MeasureAsync(IMeasuredSystem system, int round, LoadOptions load, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(load.Allowed);
        var messages = Math.Max(load.Messages / system.Share, load.Connections);
        system.Reset(messages);
        var (cpu, own) = (system.Process.Cpu, Environment.CpuUsage.TotalTime);
        var start = Stopwatch.GetTimestamp();
        await SendAsync(system.Port, messages, load, limit.Token);
        var accepted = Stopwatch.GetElapsedTime(start);
        await system.AllArrivedAsync(limit.Token);
        var arrived = Stopwatch.GetElapsedTime(start);
        return new RunResult(system.Name, round, messages, accepted, arrived, system.Process.Cpu - cpu, Environment.CpuUsage.TotalTime - own);
    }

    private static async Task SendAsync(int port, int messages, LoadOptions load, CancellationToken cancellation)
    {
        string[] options = ["-s", $"{load.Connections}", "-m", $"{messages}", "-l", $"{load.Size}", "-f", "al@sender.test", "-t", "support@example.com"];
        string[] connection = load.OnePerConnection ? [] : ["-d"];
        var start = new ProcessStartInfo("smtp-source", [.. options, .. connection, $"127.0.0.1:{port}"]) { RedirectStandardError = true, UseShellExecute = false };
        using var source = Process.Start(start) ?? throw new InvalidOperationException("smtp-source (Debian package postfix) did not start");
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
