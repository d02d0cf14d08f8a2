using System.CommandLine;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Remote;

/// <summary><c>rules list</c>: the rules in force, and how often each has matched since it was loaded.</summary>
internal sealed class RulesCommand(RemoteCalls remote)
{
    public Command Create() => remote.Group(
        "rules",
        "Rules of a running appliance.",
        remote.Command(
            "list", "Lists the rules in force in order, with their hits since they were loaded (start or reload) and the time of the last hit.", [],
            ListAsync));

    private async Task<int> ListAsync(ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        var list = (await client.GetAsync("rules", cancellationToken)).AsObject();
        if (remote.WantsJson(arguments))
            await remote.PrintAsync(list);
        else
            await new ListPrinter(
                remote.Console,
                ListColumn.Of("name", canBeCut: true), ListColumn.Of("enabled", needsRoom: true), ListColumn.Of("hits"),
                    ListColumn.Of("last_hit"),
                ListColumn.Of("position", canBeCut: true)).PrintAsync(list);
        return ExitCode.Done;
    }
}
