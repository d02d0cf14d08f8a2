using System.CommandLine;
using InboundBridge.Benchmarks.Arguments;
using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.Benchmarks.Senders;

namespace InboundBridge.Benchmarks.DnsLatency;

/// <summary><c>dns-latency</c>: mails a second when every answer of DNS takes long and none is known already.</summary>
internal static class DnsLatencyCommand
{
    public static Command Create()
    {
        var arguments = new LoadArguments(connections: 300);
        var delay = Number.Whole("--delay", "Milliseconds from a query to its answer.", 200, most: 2000);
        var chain =
            Number.Whole("--chain", "Look-ups that depend on each other: SPF records, of which each includes the next.", 2, most: 9);
        var command =
            new Command(
                "dns-latency",
                "Mails/s when DNS answers slowly, each mail from a domain of its own: are its look-ups made side by side? As root, in a network of its own.")
            {
                delay,
                chain,
            };
        arguments.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            PrivateNetwork.Enter();
            // Nobody may keep what two mails ask alike: the client's name.
            var sender = new CheckedSender(parsed.GetValue(chain), ttl: 0);
            return DnsLatencyBenchmark.RunAsync(
                arguments.ReadWith(sender, parsed), sender, TimeSpan.FromMilliseconds(parsed.GetValue(delay)), cancellation);
        });
        return command;
    }
}
