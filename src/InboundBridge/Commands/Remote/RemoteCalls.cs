using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.Commands.Parsing;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Remote;

/// <summary>Shared by the commands that call a running appliance: the connection, <c>--json</c>, and how faults are printed.</summary>
internal sealed class RemoteCalls(SharedOptions shared, CommandConsole console, HostActions host)
{
    private static readonly JsonSerializerOptions OnOneLine = new() { Encoder = CommandJson.Indented.Encoder };

    private readonly RemoteOptions _options = new();

    public CommandConsole Console => console;

    public Option<bool> Json { get; } = new("--json") { Description = "Print the API's JSON answer." };

    public Command Group(string name, string about, params Command[] commands)
    {
        var group = new Command(name, about);
        _options.AddTo(group);
        foreach (var command in commands)
            group.Subcommands.Add(command);
        return group;
    }

    /// <summary>A command that belongs to no group.</summary>
    public Command Single(
        string name, string about, IEnumerable<Symbol> takes, Func<ParseResult, ApplianceClient, CancellationToken, Task<int>> run)
    {
        var command = Command(name, about, takes, run);
        _options.AddTo(command);
        return command;
    }

    /// <summary>A command that calls the appliance; it has <c>--json</c>.</summary>
    public Command Command(
        string name, string about, IEnumerable<Symbol> takes, Func<ParseResult, ApplianceClient, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, about);
        foreach (var symbol in takes)
        {
            if (symbol is Argument argument)
                command.Arguments.Add(argument);
            else if (symbol is Option option)
                command.Options.Add(option);
        }
        command.Options.Add(Json);
        command.SetAction((arguments, cancellationToken) => RunAsync(arguments, run, cancellationToken));
        return command;
    }

    public bool WantsJson(ParseResult arguments) => arguments.GetValue(Json);

    public Task PrintAsync(JsonNode answer)
    {
        var json = answer.ToJsonString(CommandJson.Indented);
        return console.Out.WriteLineAsync(console.OutIsTerminal ? VisibleText.OfJson(json) : json);
    }

    /// <summary>Prints an object on a single line, for programs that read a stream.</summary>
    public Task PrintLineAsync(JsonNode answer)
    {
        var json = answer.ToJsonString(OnOneLine);
        return console.Out.WriteLineAsync(console.OutIsTerminal ? VisibleText.OfJson(json) : json);
    }

    /// <summary>A query string of the given names and values; names without a value are left out.</summary>
    public static string Query(params (string Name, string? Value)[] parts)
    {
        var given =
            parts.Where(part => part.Value is { Length: > 0 }).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}").ToList();
        return given.Count == 0 ? string.Empty : "?" + string.Join('&', given);
    }

    private async Task<int> RunAsync(
        ParseResult arguments, Func<ParseResult, ApplianceClient, CancellationToken, Task<int>> run, CancellationToken cancellationToken)
    {
        try
        {
            using var client = _options.Connect(arguments, shared.Source(arguments), host.Connect ?? ApplianceConnection.To);
            return await run(arguments, client, cancellationToken);
        }
        catch (RemoteFault fault)
        {
            foreach (var line in fault.Message.Split('\n'))
                await console.Error.WriteLineAsync(TerminalText.Plain(line));
            return fault.ExitCode;
        }
    }
}
