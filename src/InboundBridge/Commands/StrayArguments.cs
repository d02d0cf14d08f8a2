using System.CommandLine;
using InboundBridge.Explaining;
using InboundBridge.Rules.Yaml;

namespace InboundBridge.Commands;

/// <summary>Finds a misspelt command: the library would name every word behind it as well, and an option behind it would seem to be the mistake.</summary>
internal static class StrayArguments
{
    public static string? Find(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens is not [var first, ..] || first.StartsWith('-'))
            return null;
        var command = parsed.CommandResult.Command;
        var text = TerminalText.Plain(first);
        if (command.Subcommands.Count == 0)
            return $"'{text}' is one argument too many for {command.Name}";
        var names = command.Subcommands.Select(one => one.Name).ToList();
        return NearestName.Find(first, names) is { } nearest ? $"there is no command '{text}' (did you mean '{nearest}'?)"
            : $"there is no command '{text}' (expected one of: {string.Join(", ", names)})";
    }
}
