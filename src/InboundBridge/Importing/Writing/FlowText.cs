using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InboundBridge.Importing.Reading;

namespace InboundBridge.Importing.Writing;

/// <summary>Writes a value as YAML on one line, with as few quotes as it needs.</summary>
internal static partial class FlowText
{
    /// <summary>Words that YAML or the rules read as something else than text.</summary>
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf",
    };

    public static string Write(JsonNode? node) => node switch
    {
        JsonObject map => map.Count == 0 ? "{}"
            : $"{{ {string.Join(", ", map.Select(entry => $"{Text(entry.Key)}: {Write(entry.Value)}"))} }}",
        JsonArray list => $"[{string.Join(", ", list.Select(Write))}]",
        JsonValue value when value.TryGetValue<string>(out var text) => Text(text),
        null => "null",
        _ => node.ToJsonString(),
    };

    public static string Text(string text)
    {
        if (Plain().IsMatch(text) && !Words.Contains(text))
            return text;
        return text.EnumerateRunes().All(TextShown.IsPrintable) && !text.Contains('\uFFFD', StringComparison.Ordinal)
            ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'" : Escaped(text);
    }

    private static string Escaped(string text)
    {
        var escaped = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\')
                escaped.Append('\\').Append(rune.ToString());
            else if (TextShown.IsPrintable(rune))
                escaped.Append(rune.ToString());
            else
                escaped.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}");
        }
        return escaped.Append('"').ToString();
    }

    /// <summary>Begins with a letter, so that it is no number and no date, and has nothing that means something in YAML.</summary>
    [GeneratedRegex(
        @"^[A-Za-z][A-Za-z0-9._/@+-]*( [A-Za-z0-9._/@+()-]+)*\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Plain();
}
