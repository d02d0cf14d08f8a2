using System.CommandLine;
using InboundBridge.Commands.Parsing;
using InboundBridge.Terminal;

namespace InboundBridge.Commands;

internal sealed class DemoCommand(SharedOptions shared, CommandConsole console, HostActions host)
{
    public const string OwnConfiguration =
        "it has a configuration of its own. --set KEY=VALUE overrides a key of it; 'inboundbridge run' reads a file";

    private readonly Option<bool> _once = new("--once") { Description = "Exit with 0 when all three mails have arrived." };

    public Command Create()
    {
        var command =
            new Command(
                "demo",
                "Everything on loopback with no set-up: an hour of sample mail through SMTP and rules to a webhook receiver, and the web UI "
                + "that shows it. Stays up until Ctrl-C.") { _once };
        command.SetAction(RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken) =>
        host.Demo!(arguments.GetValue(_once), shared.Overrides(arguments), console, cancellationToken);
}
