using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Parsing;

/// <summary>
/// An option that takes a whole number in a range. The library's own parser throws when a validator reads a value that is not a number.
/// </summary>
internal static class NumberOption
{
    public static Option<int> Create(
        string name, string[] aliases, string description, int? byDefault, int least = 1, int most = int.MaxValue)
    {
        var option = new Option<int>(name, aliases) { Description = description, HelpName = "N", CustomParser = Read };
        if (byDefault is { } value)
            option.DefaultValueFactory = _ => value;
        return option;

        int Read(ArgumentResult result)
        {
            var text = result.Tokens[^1].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least
                && number <= most)
                return number;
            result.AddError(
                $"{name} takes a whole number "
                + $"{(most == int.MaxValue ? $"from {least} on" : $"from {least} to {most}")}, not '{TerminalText.Plain(text)}'");
            return least;
        }
    }
}
