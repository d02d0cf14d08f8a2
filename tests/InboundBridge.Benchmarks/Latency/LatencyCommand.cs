using System.CommandLine;
using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.Benchmarks.Latency;

/// <summary><c>latency</c>: how long a sender waits for its 250 while so many send at once, each as fast as it gets its replies.</summary>
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
