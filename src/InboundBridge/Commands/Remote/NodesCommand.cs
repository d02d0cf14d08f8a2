using System.CommandLine;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Remote;

/// <summary><c>nodes list</c>: the nodes that share the spool of a running appliance.</summary>
internal sealed class NodesCommand(RemoteCalls remote)
{
    public Command Create() => remote.Group(
        "nodes",
        "Nodes that share the spool of a running appliance.",
        remote.Command(
            "list", "Lists the nodes with their health. With the embedded spool there is one: the appliance itself.", [], ListAsync));

    private async Task<int> ListAsync(ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        var list = (await client.GetAsync("nodes", cancellationToken)).AsObject();
        if (remote.WantsJson(arguments))
        {
            await remote.PrintAsync(list);
            return ExitCode.Done;
        }
        await new ListPrinter(
            remote.Console,
            ListColumn.Of("name"), ListColumn.Of("state"), ListColumn.Of("version", needsRoom: true), ListColumn.Of("config_version"),
            ListColumn.Of("started_at", needsRoom: true), ListColumn.Of("heard_at", needsRoom: true),
            ListColumn.Of("reason", canBeCut: true), ListColumn.Of("listeners", canBeCut: true), ListColumn.Of("self")).PrintAsync(list);
        if (list["warning"]?.GetValue<string>() is { } warning)
            await remote.Console.Error.WriteLineAsync($"warning: {TerminalText.Plain(warning)}");
        return ExitCode.Done;
    }
}
