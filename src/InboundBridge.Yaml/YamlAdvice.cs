using System.Text.RegularExpressions;

namespace InboundBridge.Yaml;

/// <summary>
/// What to write where YAML reads a line differently than its author meant it. Patterns, addresses and templates are full of characters that mean something
/// to YAML, and its own messages speak of anchors, tokens and block mappings.
/// </summary>
public static partial class YamlAdvice
{
    public const string NoTabs = "indent with blanks: YAML takes no tabs there";

    private const int LongestShown = 80;

    /// <summary>Lines between where the parser began to be at a loss and where it gave up.</summary>
    private const int MostLines = 50;

    /// <summary>How a line that is not valid YAML is put right; null when nothing is known.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="line">The line that is reported, from 1; what the parser stumbled over may stand in the line before.</param>
    /// <param name="last">Where it gave up.</param>
    public static string? For(string text, int line, int last = 0)
    {
        var lines = text.Split('\n');
        last = Math.Min(Math.Max(line, last), lines.Length);
        for (var at = last; at >= Math.Max(1, Math.Max(line - 1, last - MostLines)); at--)
        {
            if (OfLine(lines[at - 1].TrimEnd('\r')) is { } advice)
                return at == line || lines.Length <= 2 ? advice : $"line {at}: {advice}";
        }
        return null;
    }

    /// <summary>The first tab that a line is indented with; null when there is none.</summary>
    public static (int Line, int Column)? TabIn(string text)
    {
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line[..(line.Length - line.TrimStart(" \t").Length)].IndexOf('\t') is >= 0 and var column)
                return (number, column + 1);
        }
        return null;
    }

    /// <summary>A text in quotes that YAML reads as that very text.</summary>
    public static string Quote(string text) =>
        text.AsSpan().ContainsAny('"', '\\') ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'" : $"\"{text}\"";

    /// <summary><c>{ticket}</c> without quotes is a mapping with one key and no value; null for any other mapping.</summary>
    public static string? ForTemplate(YamlNode node) => node is YamlMapping { Entries: [{ Key: { IsPlain: true } key, Value: YamlScalar { IsNull: true } }] }
        ? $"quote it: \"{{{key.Value}}}\""
        : null;

    /// <summary>Words that other YAML readers take for true and false; null for any other text.</summary>
    public static string? ForSwitch(YamlNode node) => node is not YamlScalar { IsPlain: true } scalar ? null : scalar.Value.ToLowerInvariant() switch
    {
        "yes" or "on" or "y" => "write true",
        "no" or "off" or "n" => "write false",
        _ => null,
    };

    /// <summary><c>key:value</c> without a blank is a text; null for any other.</summary>
    public static string? ForMapping(YamlNode node)
    {
        if (node is not YamlScalar { IsPlain: true } scalar || KeyWithoutBlank().Match(scalar.Value) is not { Success: true } match)
            return null;
        return $"a blank is missing behind the colon: {match.Groups["key"].Value}: {Shown(match.Groups["value"].Value)}";
    }

    private static string? OfLine(string line)
    {
        if (line.AsSpan(0, line.Length - line.AsSpan().TrimStart(" \t").Length).Contains('\t'))
            return NoTabs;
        if (UnknownEscape().Match(line) is { Success: true } escape)
            return $"in double quotes a backslash begins an escape; in single quotes it is a character: '{escape.Groups["text"].Value.Replace("'", "''", StringComparison.Ordinal)}'";
        var value = ValueOf(line);
        if (value is null)
            return null;
        if (value.Length > 0 && value[0] is '[' or '{')
            return OfFlow(value);
        return NeedsQuotes(value) ? $"quote it: {Quote(Shown(value))}" : null;
    }

    /// <summary>What stands behind <c>- </c> and <c>key: </c>; null where there is nothing.</summary>
    private static string? ValueOf(string line)
    {
        var rest = Entry().Match(line).Groups["value"].Value.TrimEnd();
        return rest.Length == 0 || rest[0] == '#' ? null : rest;
    }

    private static bool NeedsQuotes(string value)
    {
        if (value[0] is '*' or '@' or '%' or '`' or '&' or '!' or '|' or '>' or ',' or ']' or '}')
            return true;
        if (value[0] is '"' or '\'')
            return BehindQuotes().IsMatch(value);
        return value.Contains(": ", StringComparison.Ordinal) || value.EndsWith(':');
    }

    /// <summary>A list or mapping on one line: either one of its values, or a text that only begins like one.</summary>
    private static string? OfFlow(string value)
    {
        var end = value.LastIndexOf(value[0] == '[' ? ']' : '}');
        if (end > 0 && end < value.Length - 1 && value[(end + 1)..].Trim() is { Length: > 0 } behind && behind[0] is not (',' or ']' or '}' or '#'))
            return $"quote it: {Quote(Shown(value))}";
        if (FlowItem().Match(value) is { Success: true } item)
            return $"quote it: {Quote(Shown(item.Groups["text"].Value.TrimEnd()))}";
        if (FlowTemplate().Match(value) is { Success: true } template)
            return $"quote it: {Quote(Shown(template.Groups["text"].Value.TrimEnd()))}";
        return end < 0 ? $"'{value[0]}' is not closed; where it is part of a text, quote the text" : null;
    }

    private static string Shown(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + "…";

    [GeneratedRegex(@"^\s*(?:-\s+)*(?:[^\s:#""'{}\[\]]+(?:\s[^\s:#""'{}\[\]]+)*:(?:\s+|$))?(?<value>.*)$", RegexOptions.NonBacktracking)]
    private static partial Regex Entry();

    [GeneratedRegex(@"""(?<text>[^""]*\\[^abefnrtuvxLNP0-9 _/\\""][^""]*)""", RegexOptions.NonBacktracking)]
    private static partial Regex UnknownEscape();

    [GeneratedRegex(@"^(?:""(?:[^""\\]|\\.)*""|'(?:[^']|'')*')\s*[^\s#,\]}]", RegexOptions.NonBacktracking)]
    private static partial Regex BehindQuotes();

    [GeneratedRegex(@"(?:[\[{,]|:\s)\s*(?<text>[*@%`&!|>][^,\]}]*)", RegexOptions.NonBacktracking)]
    private static partial Regex FlowItem();

    /// <summary>A template in front of more text, or behind some, inside of a list or mapping.</summary>
    [GeneratedRegex(@"(?:[\[,]|:\s)\s*(?<text>\{\w+\}[^\s,\]}][^,\]}]*|[^\s""'{}\[\],:]+\{\w+\}[^,\]}""']*)", RegexOptions.NonBacktracking)]
    private static partial Regex FlowTemplate();

    [GeneratedRegex(@"^(?<key>[a-z_]+):(?<value>[^\s/].*)$", RegexOptions.NonBacktracking)]
    private static partial Regex KeyWithoutBlank();
}
