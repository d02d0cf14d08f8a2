using System.CommandLine;
using InboundBridge.Terminal;
using InboundBridge.Yaml;

namespace InboundBridge.Commands.Parsing;

/// <summary>
/// Finds a misspelt command: the library would name every word behind it as well, and an option behind it would seem to be the mistake.
/// </summary>
internal static class StrayArguments
{
    public static string? FindCommand(ParseResult parsed)
    {
        var names = parsed.CommandResult.Command.Subcommands.Select(one => one.Name).ToList();
        if (names.Count == 0 || parsed.UnmatchedTokens is not [var first, ..] || first.StartsWith('-'))
            return null;
        var text = TerminalText.Plain(first);
        return NearestName.Find(first, names) is { } nearest ? $"there is no command '{text}' (did you mean '{nearest}'?)"
            : $"there is no command '{text}' (expected one of: {string.Join(", ", names)})";
    }

    /// <summary>To be asked after misspelt options: the value behind one looks like an argument too many.</summary>
    public static string? FindSurplus(ParseResult parsed) =>
        parsed.UnmatchedTokens is [var first, ..]
            ? $"'{TerminalText.Plain(first)}' is one argument too many for {parsed.CommandResult.Command.Name}" : null;
}
