using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.Benchmarks.Figures;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.Benchmarks.ColdStart;

/// <summary>Starts each build in turn and stops it gracefully (SIGTERM).</summary>
internal static class ColdStartBenchmark
{
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(30);

    /// <summary>After the last greeting, until the memory is read.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(
        IReadOnlyList<ApplianceBuild> builds, string folder, int starts, int rules, string? markdownFile, CancellationToken cancellation)
    {
        LoadRun.Empty(folder);
        var times = builds.ToDictionary(build => build.Name, _ => new List<double>(), StringComparer.Ordinal);
        var memory = new Dictionary<string, long>(StringComparer.Ordinal);
        var setting =
            $"{starts} starts of each build with {rules} rules, in turn, on a spool that is there and empty. {MachineState.Describe(folder)}";
        for (var number = 0; number <= starts; number++)
        {
            foreach (var build in builds)
            {
                var rest = number == starts ? Rest : TimeSpan.Zero;
                var (time, octets) =
                    await FreePort.WithAsync(
                        1, ports => StartAsync(build, Path.Combine(folder, build.Name), ports[0], rules, rest, cancellation));
                memory[build.Name] = octets;
                // The first start creates the spool and fills the page cache, so it does not count.
                if (number > 0)
                    times[build.Name].Add(time.TotalMilliseconds);
            }
        }

        var table =
            new StringBuilder().AppendLine(setting).AppendLine()
                .AppendLine("| build | ms to the greeting | MiB at rest |").AppendLine("|---|---|---|");
        foreach (var (name, measured) in times)
            table.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {Spread.Of(measured, "0")} | {memory[name] / (1024.0 * 1024):0} |");
        Console.Write(table);
        if (markdownFile is not null)
            await File.WriteAllTextAsync(markdownFile, table.ToString(), cancellation);
        return 0;
    }

    private static async Task<(TimeSpan Time, long Memory)> StartAsync(
        ApplianceBuild build, string folder, int port, int rules, TimeSpan rest, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Allowed);
        // Nothing is delivered, so nothing needs to listen on the webhook's port.
        var configuration =
            await ApplianceConfiguration.WriteAsync(
                folder, port, rules, "webhook", ApplianceConfiguration.Webhook(port: 9, "json"), limit.Token);
        var start = Stopwatch.GetTimestamp();
        await using var process =
            ServerProcess.Start(Path.Combine(folder, "inboundbridge.log"), [.. build.Command, "run", "--config", configuration]);
        while (!await GreetsAsync(port, limit.Token))
        {
            if (process.HasExited)
                throw process.Log.Contains("in use", StringComparison.OrdinalIgnoreCase)
                    ? new PortTakenException(process.Log) : new InvalidOperationException($"the appliance did not start:\n{process.Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, limit.Token);
        }

        var time = Stopwatch.GetElapsedTime(start);
        await Task.Delay(rest, TimeProvider.System, limit.Token);
        var memory = process.Memory;
        await process.TerminateAsync(limit.Token);
        return (time, memory);
    }

    private static async Task<bool> GreetsAsync(int port, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var greeting = new byte[512];
        int count;
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
            count = await socket.ReceiveAsync(greeting, cancellation);
        }
        catch (SocketException)
        {
            // Nobody listens yet, or the start looks whether the address is free, and closes it again.
            return false;
        }

        return greeting.AsSpan(0, count).StartsWith("220"u8) ? true : throw new InvalidOperationException("no greeting");
    }
}
