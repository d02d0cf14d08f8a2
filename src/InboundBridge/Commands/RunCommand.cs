using System.CommandLine;
using InboundBridge.Commands.Parsing;
using InboundBridge.Terminal;

namespace InboundBridge.Commands;

/// <summary><c>run</c>, which is also the default without a command.</summary>
internal sealed class RunCommand(SharedOptions shared, CommandConsole console, HostActions host)
{
    public Command Create()
    {
        var command = new Command("run", "Starts the appliance (also: no command).");
        command.SetAction(RunAsync);
        return command;
    }

    public Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken) =>
        host.Run!(shared.Source(arguments), console, cancellationToken);
}
