using System.CommandLine;
using System.Text.Json.Nodes;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Remote;

/// <summary>
/// <c>reload</c>: makes the appliance read its configuration and rules again; prints every problem. After an error the old ones stay.
/// </summary>
internal sealed class ReloadCommand(RemoteCalls remote)
{
    public Command Create() => remote.Single(
        "reload",
        "Makes a running appliance read its configuration and rules again. Exit code 1 when they have errors; the old ones then stay in force.", [],
        RunAsync);

    private async Task<int> RunAsync(ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        var answer = (await client.PostAsync("reload", null, cancellationToken)).AsObject();
        if (remote.WantsJson(arguments))
        {
            await remote.PrintAsync(answer);
            return ExitCode.Done;
        }
        foreach (var problem in answer["problems"]?.AsArray() ?? [])
            await remote.Console.Error.WriteLineAsync(ListPrinter.Text(problem));
        foreach (var (name, value) in answer.Where(part => part.Key != "problems" && part.Value is JsonArray { Count: > 0 }))
            await remote.Console.Error.WriteLineAsync($"{name.Replace('_', ' ')}: {ListPrinter.Text(value)}");
        await remote.Console.Out.WriteLineAsync($"reloaded, version {ListPrinter.Text(answer["version"])}");
        return ExitCode.Done;
    }
}
