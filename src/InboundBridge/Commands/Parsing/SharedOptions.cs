using System.CommandLine;
using System.CommandLine.Parsing;
using InboundBridge.Configuration.Sources;

namespace InboundBridge.Commands.Parsing;

/// <summary>
/// <c>--config</c> and <c>--set</c>: every command that reads the configuration takes them, before or after its name. The library lets
/// every command accept them, so a command that does not say that it reads them refuses them: nothing that somebody writes is ignored.
/// </summary>
internal sealed class SharedOptions
{
    private readonly Dictionary<Command, string?> _readers = [];
    private readonly Dictionary<Command, string> _overridden = [];

    public Option<string?> Config { get; } = new("--config", "-c")
    {
        Description = "The configuration. Default: inboundbridge.yaml if it exists, else built-in defaults on loopback.",
        HelpName = "FILE",
        Recursive = true,
    };

    public Option<string[]> Set { get; } = new("--set")
    {
        Description = "Overrides a key of the configuration; may be repeated. Example: --set smtp.limits.message_size=10MB",
        HelpName = "KEY=VALUE",
        Recursive = true,
        DefaultValueFactory = _ => [],
    };

    /// <summary>The command, and those below it, read the configuration.</summary>
    /// <param name="unless">An option with which they do not, since it says all that they would look up.</param>
    public Command ReadBy(Command command, string? unless = null)
    {
        _readers.Add(command, unless);
        return command;
    }

    /// <summary>The command has a configuration of its own, which <c>--set</c> overrides.</summary>
    /// <param name="why">Says that to whoever gives it a file.</param>
    public Command SetBy(Command command, string why)
    {
        _overridden.Add(command, why);
        return command;
    }

    /// <summary>What is given and not read by the command; null if everything is.</summary>
    public string? FindUnread(ParseResult parsed)
    {
        // Without the name of a command it is 'run'.
        if (parsed.CommandResult.Parent is null)
            return null;
        var given = new Option[] { Config, Set }.Where(option => parsed.GetResult(option) is { Implicit: false }).ToList();
        if (given.Count == 0)
            return null;
        for (var at = parsed.CommandResult; at is not null; at = at.Parent as CommandResult)
        {
            if (_overridden.TryGetValue(at.Command, out var why))
                return given.Contains(Config) ? $"{at.Command.Name} takes no {Config.Name}: {why}" : null;
            if (_readers.TryGetValue(at.Command, out var unless))
                return unless is not null && Gives(parsed.CommandResult, unless)
                    ? $"with {unless} no configuration is read, so {given[0].Name} would change nothing: leave one of the two out" : null;
        }
        return $"{parsed.CommandResult.Command.Name} takes no {given[0].Name}: it reads no configuration";
    }

    private static bool Gives(CommandResult command, string option) =>
        command.Children.OfType<OptionResult>().Any(each => each.Option.Name == option && !each.Implicit)
        || (command.Parent is CommandResult parent && Gives(parent, option));

    public IReadOnlyList<string> Overrides(ParseResult arguments) => arguments.GetValue(Set) ?? [];

    public ConfigurationSource Source(ParseResult arguments) =>
        ConfigurationSource.OfProcess(arguments.GetValue(Config), Overrides(arguments));
}
