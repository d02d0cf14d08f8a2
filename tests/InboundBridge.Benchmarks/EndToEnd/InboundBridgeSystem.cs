using System.Globalization;
using System.Text.RegularExpressions;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>One build of the appliance, which posts to the webhook or relays; counted there.</summary>
internal static partial class InboundBridgeSystem
{
    public static async Task<DeliveringSystem> StartAsync(
        ApplianceBuild build, bool relays, LoadOptions load, CancellationToken cancellation)
    {
        var name = relays ? build.RelayName : build.Name;
        var folder = Path.Combine(load.Folder, name);
        var sink = relays ? MailSink.Smtp() : MailSink.Webhook();
        var (kind, destination) = relays
            ? ("relay", ApplianceConfiguration.Relay(sink.Port)) : ("webhook", ApplianceConfiguration.Webhook(sink.Port, load.Format));
        var configuration = await ApplianceConfiguration.WriteAsync(folder, 0, load.Rules, kind, destination, cancellation);
        // Beside the configuration's folder, which the appliance watches for changes.
        var process = ServerProcess.Start($"{folder}.log", [.. build.Command, "run", "--config", configuration]);
        try
        {
            await ServerProcess.WaitForAsync(
                () => Task.FromResult(process.HasExited || (Listening().IsMatch(process.Log) && Ready().IsMatch(process.Log))),
                "the appliance", cancellation);
            if (process.HasExited)
                throw new InvalidOperationException($"the appliance did not start:\n{process.Log}");
            var port = int.Parse(Listening().Match(process.Log).Groups[1].Value, CultureInfo.InvariantCulture);
            return new DeliveringSystem(name, process, port, share: 1, sink);
        }
        catch
        {
            await process.DisposeAsync();
            sink.Dispose();
            throw;
        }
    }

    [GeneratedRegex(@"listening (?:kind=)?smtp\b.*:(\d+)\s")]
    private static partial Regex Listening();

    [GeneratedRegex(@"\bready\b")]
    private static partial Regex Ready();
}
