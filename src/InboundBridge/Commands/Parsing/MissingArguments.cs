using System.CommandLine;
using System.CommandLine.Parsing;

namespace InboundBridge.Commands.Parsing;

/// <summary>Names what a command line lacks. The library says that something is missing, and not what.</summary>
internal static class MissingArguments
{
    /// <summary>What a command line lacks, by name, and what else the library and the command's own checks found.</summary>
    public static IReadOnlyList<string> Problems(ParseResult parsed)
    {
        var missing = Find(parsed.CommandResult).ToList();
        var others = parsed.Errors.Select(error => error.Message);
        return missing.Count == 0 ? [.. others] : [.. missing, .. others.Where(message => !SaysMissing(message))];
    }

    private static IEnumerable<string> Find(CommandResult command)
    {
        if (command.Command is { Action: null, Subcommands: { Count: > 0 } below })
            yield return $"a command is missing after '{command.Command.Name}': {string.Join(", ", below.Select(each => each.Name))}";
        foreach (var argument in command.Command.Arguments)
        {
            if (argument.Arity.MinimumNumberOfValues > (command.GetResult(argument)?.Tokens.Count ?? 0))
                yield return $"{argument.Name} is missing{About(argument.Description)}";
        }
        foreach (var option in command.Command.Options.Concat(Shared(command)))
        {
            var given = command.GetResult(option);
            if (option.Required && given is not { Implicit: false })
                yield return $"{Shown(option)} is missing{About(option.Description)}";
            else if (given is { Implicit: false } && option.Arity.MinimumNumberOfValues > given.Tokens.Count)
                yield return $"{option.Name} needs a value, as in '{Shown(option)}'{About(option.Description)}";
        }
    }

    private static IEnumerable<Option> Shared(CommandResult command) =>
        command.Parent is CommandResult parent ? parent.Command.Options.Where(option => option.Recursive).Concat(Shared(parent)) : [];

    private static string Shown(Option option) => $"{option.Name} {option.HelpName ?? "VALUE"}";

    private static string About(string? description) => string.IsNullOrEmpty(description) ? string.Empty : $": {description.TrimEnd('.')}";

    private static bool SaysMissing(string message) =>
        message.StartsWith("Required argument missing", StringComparison.Ordinal)
        || message.StartsWith("Required command was not provided", StringComparison.Ordinal)
        || (message.StartsWith("Option '", StringComparison.Ordinal) && message.EndsWith("is required.", StringComparison.Ordinal));
}
