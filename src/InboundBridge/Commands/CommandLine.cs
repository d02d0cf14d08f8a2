using System.CommandLine;
using System.CommandLine.Parsing;
using InboundBridge.Commands.Initializing;
using InboundBridge.Commands.Parsing;
using InboundBridge.Commands.Remote;
using InboundBridge.Commands.Spools;
using InboundBridge.Terminal;
using InboundBridge.Yaml;

namespace InboundBridge.Commands;

/// <summary>The program's commands (docs/cli.md).</summary>
internal sealed class CommandLine(CommandConsole console, HostActions host)
{
    private readonly SharedOptions _shared = new();

    public async Task<int> RunAsync(string[] arguments)
    {
        if (Parse(arguments) is not { } parsed)
        {
            var incomplete = Unchecked(Build()).Parse(arguments);
            return await RefuseAsync(incomplete, MissingArguments.Problems(incomplete));
        }
        if (StrayArguments.FindCommand(parsed) is { } misspelt)
            return await RefuseAsync(parsed, [misspelt]);
        if (StrayOptions.Find(parsed, arguments) is { } stray)
        {
            var hint = NearestName.Find(stray, OptionsOf(parsed.CommandResult)) is { } nearest
                ? $"did you mean '{nearest}'?" : "a value that begins with '-' must come after '--'";
            return await RefuseAsync(parsed, [$"there is no option '{TerminalText.Plain(stray)}' ({hint})"]);
        }
        if (StrayArguments.FindSurplus(parsed) is { } surplus)
            return await RefuseAsync(parsed, [surplus]);
        if (_shared.FindUnread(parsed) is { } unread)
            return await RefuseAsync(parsed, [unread]);
        if (parsed.Errors.Count > 0)
            return await RefuseAsync(parsed, MissingArguments.Problems(parsed));
        // Long-running commands handle signals themselves (StopSignals), so the library installs no handler.
        var invocation =
            new InvocationConfiguration
            {
                Output = console.Out,
                Error = console.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null
            };
        return await parsed.InvokeAsync(invocation);
    }

    /// <summary>Null where an option has no value: the library then throws as soon as one of our checks reads that option.</summary>
    private ParseResult? Parse(string[] arguments)
    {
        try
        {
            return Build().Parse(arguments);
        }
        catch (InvalidOperationException) when (MissingArguments.Problems(Unchecked(Build()).Parse(arguments)).Count > 0)
        {
            return null;
        }
    }

    /// <summary>The command without our own checks of its values.</summary>
    private static Command Unchecked(Command command)
    {
        command.Validators.Clear();
        foreach (var option in command.Options)
            option.Validators.Clear();
        foreach (var below in command.Subcommands)
            Unchecked(below);
        return command;
    }

    private async Task<int> RefuseAsync(ParseResult parsed, IEnumerable<string> problems)
    {
        foreach (var problem in problems)
            await console.Error.WriteLineAsync(problem);
        var path = CommandExamples.PathOf(parsed.CommandResult);
        if (CommandExamples.Of(path) is { } example)
            await console.Error.WriteLineAsync(
                $"for example: inboundbridge {example}\ninboundbridge {path} --help shows what the command takes.");
        else
            await console.Error.WriteLineAsync(
                $"inboundbridge {path + (path.Length > 0 ? " " : "")}--help lists the commands; inboundbridge COMMAND --help shows what a command takes.");
        return ExitCode.Usage;
    }

    private static IEnumerable<string> OptionsOf(CommandResult command) =>
        command.Command.Options.Concat(
            command.Parent is CommandResult parent ? parent.Command.Options.Where(option => option.Recursive) : [])
            .Select(option => option.Name);

    /// <summary>A new command that reads the configuration says so here (<see cref="SharedOptions.ReadBy"/>).</summary>
    internal RootCommand Build()
    {
        var run = new RunCommand(_shared, console, host);
        var remote = new RemoteCalls(_shared, console, host);
        var root = new RootCommand("Receives mail by SMTP, decides by rules, and delivers to webhooks, LMTP servers and SMTP relays.")
        {
            _shared.ReadBy(run.Create()),
            _shared.SetBy(new DemoCommand(_shared, console, host).Create(), DemoCommand.OwnConfiguration),
            _shared.ReadBy(new CheckCommand(_shared, console, host).Create()),
            _shared.ReadBy(new TestCommand(_shared, console, host).Create()),
            _shared.ReadBy(new ExplainCommand(_shared, console, host).Create()),
            _shared.ReadBy(new SendCommand(_shared, console).Create(), "--server"),
            _shared.ReadBy(new MessagesCommand(remote).Create(), "--server"),
            _shared.ReadBy(new DeliveriesCommand(remote).Create(), "--server"),
            _shared.ReadBy(new RefusalsCommand(remote).Create(), "--server"),
            _shared.ReadBy(new DestinationsCommand(remote).Create(), "--server"),
            _shared.ReadBy(new NodesCommand(remote).Create(), "--server"),
            _shared.ReadBy(new RulesCommand(remote).Create(), "--server"),
            _shared.ReadBy(new ReloadCommand(remote).Create(), "--server"),
            _shared.ReadBy(new EventsCommand(remote).Create(), "--server"),
            // It refuses both in words of its own.
            _shared.ReadBy(new InitCommand(_shared, console, host).Create()),
            new ImportCommand(console).Create(),
            _shared.ReadBy(new DnsCommand(_shared, console, host).Create()),
            _shared.ReadBy(new SpoolCommand(_shared, console).Create()),
            new SchemaCommand(console).Create(),
            new HashPasswordCommand(console).Create(),
            _shared.ReadBy(new HealthcheckCommand(_shared, console).Create()),
        };
        root.Options.Add(_shared.Config);
        root.Options.Add(_shared.Set);
        root.SetAction(run.RunAsync);
        return root;
    }
}
