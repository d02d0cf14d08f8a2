using System.Globalization;
using System.Text.RegularExpressions;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>A build of the appliance, which delivers to the webhook or by relay; the sink counts.</summary>
internal static partial class InboundBridgeSystem
{
    /// <param name="checksSender">Only where a sender is given.</param>
    public static async Task<DeliveringSystem> StartAsync(
        ApplianceBuild build, string name, bool relays, bool checksSender, LoadOptions load, CancellationToken cancellation)
    {
        var folder = Path.Combine(load.Folder, name);
        var sink = relays ? MailSink.Smtp() : MailSink.Webhook();
        var (kind, destination) = relays
            ? ("relay", ApplianceConfiguration.Relay(sink.Port)) : ("webhook", ApplianceConfiguration.Webhook(sink.Port, load.Format));
        var configuration = await ApplianceConfiguration.WriteAsync(
            folder, 0, ApplianceConfiguration.Rules(load.Rules, kind, load.Everything), kind, destination, cancellation, load.Listen,
            checksSender);
        try
        {
            // Not inside the configuration's folder, which the appliance watches for changes.
            var (process, port) = await LaunchAsync(build, configuration, $"{folder}.log", cancellation);
            var watchers = load.Everything ? await Watchers.StartAsync(HttpPort(process.Log), cancellation) : null;
            return new DeliveringSystem(name, process, port, share: 1, sink, checksSender ? VerdictProof.Appliance : null, watchers);
        }
        catch
        {
            sink.Dispose();
            throw;
        }
    }

    /// <summary>Starts the appliance and waits until it is ready.</summary>
    /// <returns>The port is that of its SMTP listener.</returns>
    public static async Task<(ServerProcess Process, int Port)> LaunchAsync(
        ApplianceBuild build, string configuration, string logFile, CancellationToken cancellation)
    {
        var process = ServerProcess.Start(logFile, [.. build.Command, "run", "--config", configuration]);
        try
        {
            await ServerProcess.WaitForAsync(
                () => Task.FromResult(process.HasExited || (Listening().IsMatch(process.Log) && Ready().IsMatch(process.Log))),
                "the appliance", cancellation);
            if (process.HasExited)
                throw new InvalidOperationException($"the appliance did not start:\n{process.Log}");
            return (process, int.Parse(Listening().Match(process.Log).Groups[1].Value, CultureInfo.InvariantCulture));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>The port of the HTTP listener, from the log of an appliance that is ready.</summary>
    public static int HttpPort(string log) => HttpListening().Match(log) is { Success: true } found
        ? int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) : throw new InvalidOperationException("HTTP is not in the log");

    [GeneratedRegex(@"listening (?:kind=)?http\b.*:(\d+)\s")]
    private static partial Regex HttpListening();

    [GeneratedRegex(@"listening (?:kind=)?smtp\b.*:(\d+)\s")]
    private static partial Regex Listening();

    [GeneratedRegex(@"\bready\b")]
    private static partial Regex Ready();
}
