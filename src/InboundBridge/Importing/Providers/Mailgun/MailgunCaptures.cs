using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using InboundBridge.Importing.Writing;

namespace InboundBridge.Importing.Providers.Mailgun;

/// <summary>References of actions to groups of the expression: <c>\1</c> and <c>\g&lt;name&gt;</c>.</summary>
internal static partial class MailgunCaptures
{
    /// <summary>The numbers and names of the groups that a text refers to.</summary>
    public static IEnumerable<string> Used(string text) =>
        Reference().Matches(text).Select(match => match.Groups[match.Groups["number"].Success ? "number" : "name"].Value);

    /// <summary>The text as a template of rules, or with something else for each capture.</summary>
    /// <param name="groups">The groups of the whole expression by their number, from 1: their names in Python, null for none.</param>
    /// <param name="value">What stands for a capture of that name; null: the template itself.</param>
    /// <returns>Null, with the reference that leads nowhere.</returns>
    public static string? Fill(string text, IReadOnlyList<string?> groups, out string missing, string? value = null)
    {
        missing = string.Empty;
        var filled = new StringBuilder();
        var at = 0;
        foreach (Match match in Reference().Matches(text))
        {
            filled.Append(Braces(text[at..match.Index], value));
            at = match.Index + match.Length;
            var number = match.Groups["number"].Success
                ? int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture)
                : groups.ToList().IndexOf(match.Groups["name"].Value) + 1;
            if (number < 1 || number > groups.Count)
            {
                missing = match.Value;
                return null;
            }
            var name = groups[number - 1] is { } own ? PythonPattern.OwnName(own, number) : PythonPattern.NumberedName(number);
            filled.Append(value ?? $"{{{name}}}");
        }
        return filled.Append(Braces(text[at..], value)).ToString();
    }

    public static bool HasAny(string text) => Reference().IsMatch(text);

    private static string Braces(string text, string? value) => value is not null ? text : ImportedRule.Literal(text);

    [GeneratedRegex(
        @"\\(?<number>[1-9][0-9]?)|\\g<(?<number>[1-9][0-9]?)>|\\g<(?<name>[A-Za-z_][A-Za-z0-9_]*)>",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Reference();
}
