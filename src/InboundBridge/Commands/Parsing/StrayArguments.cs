using System.CommandLine;
using InboundBridge.Terminal;
using InboundBridge.Yaml;

namespace InboundBridge.Commands.Parsing;

/// <summary>
/// Finds a misspelt command. The library would report every word after it too, and would blame an option that follows it.
/// </summary>
internal static class StrayArguments
{
    public static string? FindCommand(ParseResult parsed)
    {
        var names = parsed.CommandResult.Command.Subcommands.Select(command => command.Name).ToList();
        if (names.Count == 0 || parsed.UnmatchedTokens is not [var first, ..] || first.StartsWith('-'))
            return null;
        var text = TerminalText.Plain(first);
        return NearestName.Find(first, names) is { } nearest ? $"there is no command '{text}' (did you mean '{nearest}'?)"
            : $"there is no command '{text}' (expected one of: {string.Join(", ", names)})";
    }

    /// <summary>Call this after looking for misspelt options: the value after one looks like a surplus argument.</summary>
    public static string? FindSurplus(ParseResult parsed) =>
        parsed.UnmatchedTokens is [var first, ..]
            ? $"'{TerminalText.Plain(first)}' is one argument too many for {parsed.CommandResult.Command.Name}" : null;
}
