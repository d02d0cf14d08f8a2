using System.CommandLine;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary><c>end-to-end</c>: sends the same load of mails through each of several systems.</summary>
internal static class EndToEndCommand
{
    public static Command Create()
    {
        var arguments = new LoadArguments(connections: 30);
        var onePerConnection = new Option<bool>("--one-a-connection") { Description = "A new connection for each mail." };
        var command =
            new Command(
                "end-to-end",
                "Mails/s from SMTP to a webhook, and as a ratio to smtp-sink, which throws them away, and to other servers.") { onePerConnection };
        arguments.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
                EndToEndBenchmark.RunAsync(
                    arguments.Read(parsed) with { OnePerConnection = parsed.GetValue(onePerConnection) }, cancellation));
        return command;
    }
}
