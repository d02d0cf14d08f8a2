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

    public async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (host.Run is { } run)
            return await run(shared.Source(arguments), console, cancellationToken);
        await console.Error.WriteLineAsync("'inboundbridge run' is not built yet in this version.");
        return ExitCode.Usage;
    }
}
