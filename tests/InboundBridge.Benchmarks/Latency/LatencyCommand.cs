using System.CommandLine;
using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.Benchmarks.Latency;

/// <summary>
/// <c>latency</c>: measures how long senders wait for their 250 while a given number send at once, each as fast as replies come.
/// </summary>
internal static class LatencyCommand
{
    public static Command Create()
    {
        var arguments = new LoadArguments(connections: 100);
        var command =
            new Command(
                "latency", "Time from a mail's last octet to its 250: p50, p99, maximum. All connections are open before the first mail.");
        arguments.AddTo(command);
        command.SetAction((parsed, cancellation) => LatencyBenchmark.RunAsync(arguments.Read(parsed), cancellation));
        return command;
    }
}
