using System.CommandLine;
using InboundBridge.Benchmarks.Arguments;

namespace InboundBridge.Benchmarks.Reception;

/// <summary>"reception": measures the cost of a mail from its first command to its 250, without sockets, disk and delivery.</summary>
internal static class ReceptionCommand
{
    public static Command Create()
    {
        var connections = Number.Whole("--connections", "sessions that are served in turn, a command of each", 30);
        var rules = Number.Whole("--rules", "rules of the end-to-end benchmark's kind", 50);
        var size = Number.Whole("--size", "octets of a mail's text", 4096);
        var slices = Number.Whole("--slices", "of 100 turns each, which are measured by themselves", 25);
        var command =
            new Command(
                "reception", "sessions over pipes in memory: processor time and octets allocated, by mail") { connections, rules, size,
                slices };
        command.SetAction((result, _) => ReceptionBenchmark.RunAsync(
            Console.Out, result.GetValue(connections), result.GetValue(rules), result.GetValue(size), result.GetValue(slices)));
        return command;
    }
}
