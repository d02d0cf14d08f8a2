using System.Text.RegularExpressions;
using InboundBridge.Text;

namespace InboundBridge.Yaml;

/// <summary>
/// Says what to write where YAML reads a line differently from what its author meant. Patterns, addresses and templates are full of
/// characters that are special in YAML, and the parser's own messages speak of anchors, tokens and block mappings.
/// </summary>
public static partial class YamlAdvice
{
    public const string NoTabs = "indent with blanks: YAML takes no tabs there";

    private const int LongestShown = 80;

    /// <summary>Lines that are searched, back from the line where the parser gave up.</summary>
    private const int MostLines = 50;

    /// <summary>How to correct a line that is not valid YAML; null when there is no advice.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="line">The line that the parser reports, from 1. The cause may be in the line before it.</param>
    /// <param name="last">The line where the parser gave up.</param>
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

    /// <summary>The position of the first tab in the indentation of a line; null when there is none.</summary>
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

    /// <summary>The text in quotes, so that YAML reads it unchanged.</summary>
    public static string Quote(string text) =>
        text.AsSpan().ContainsAny('"', '\\') ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'" : $"\"{text}\"";

    /// <summary>Advice for <c>{ticket}</c> without quotes, which is a mapping with one key and no value; null for other nodes.</summary>
    public static string? ForTemplate(YamlNode node) =>
        node is YamlMapping { Entries: [{ Key: { IsPlain: true } key, Value: YamlScalar { IsNull: true } }] }
        ? $"quote it: \"{{{key.Value}}}\""
        : null;

    /// <summary>Advice for words that YAML 1.1 reads as true and false; null for other nodes.</summary>
    public static string? ForSwitch(YamlNode node) =>
        node is not YamlScalar { IsPlain: true } scalar ? null : scalar.Value.ToLowerInvariant() switch
        {
            "yes" or "on" or "y" => "write true",
            "no" or "off" or "n" => "write false",
            _ => null,
        };

    /// <summary>Advice for <c>key:value</c> without a blank, which is a text; null for other nodes.</summary>
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
        {
            var text = escape.Groups["text"].Value.Replace("'", "''", StringComparison.Ordinal);
            return $"in double quotes a backslash begins an escape; in single quotes it is a character: '{text}'";
        }
        var value = ValueOf(line);
        if (value is null)
            return null;
        if (value.Length > 0 && value[0] is '[' or '{')
            return OfFlow(value);
        return NeedsQuotes(value) ? $"quote it: {Quote(Shown(value))}" : null;
    }

    /// <summary>The value behind <c>- </c> and <c>key: </c>; null where there is none.</summary>
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

    /// <summary>
    /// Advice for a list or mapping on one line: one of its values needs quotes, or the whole is a text that begins with a bracket.
    /// </summary>
    private static string? OfFlow(string value)
    {
        var end = value.LastIndexOf(value[0] == '[' ? ']' : '}');
        if (end > 0 && end < value.Length - 1 && value[(end + 1)..].Trim() is { Length: > 0 } behind
            && behind[0] is not (',' or ']' or '}' or '#'))
            return $"quote it: {Quote(Shown(value))}";
        if (FlowItem().Match(value) is { Success: true } item)
            return $"quote it: {Quote(Shown(item.Groups["text"].Value.TrimEnd()))}";
        if (FlowTemplate().Match(value) is { Success: true } template)
            return $"quote it: {Quote(Shown(template.Groups["text"].Value.TrimEnd()))}";
        return end < 0 ? $"'{value[0]}' is not closed; where it is part of a text, quote the text" : null;
    }

    private static string Shown(string text) => CutText.ThenEllipsis(text, LongestShown);

    [GeneratedRegex(@"^\s*(?:-\s+)*(?:[^\s:#""'{}\[\]]+(?:\s[^\s:#""'{}\[\]]+)*:(?:\s+|$))?(?<value>.*)$", RegexOptions.NonBacktracking)]
    private static partial Regex Entry();

    [GeneratedRegex(@"""(?<text>[^""]*\\[^abefnrtuvxLNP0-9 _/\\""][^""]*)""", RegexOptions.NonBacktracking)]
    private static partial Regex UnknownEscape();

    [GeneratedRegex(@"^(?:""(?:[^""\\]|\\.)*""|'(?:[^']|'')*')\s*[^\s#,\]}]", RegexOptions.NonBacktracking)]
    private static partial Regex BehindQuotes();

    [GeneratedRegex(@"(?:[\[{,]|:\s)\s*(?<text>[*@%`&!|>][^,\]}]*)", RegexOptions.NonBacktracking)]
    private static partial Regex FlowItem();

    /// <summary>A template beside other text, inside a list or mapping.</summary>
    [GeneratedRegex(@"(?:[\[,]|:\s)\s*(?<text>\{\w+\}[^\s,\]}][^,\]}]*|[^\s""'{}\[\],:]+\{\w+\}[^,\]}""']*)", RegexOptions.NonBacktracking)]
    private static partial Regex FlowTemplate();

    [GeneratedRegex(@"^(?<key>[a-z_]+):(?<value>[^\s/].*)$", RegexOptions.NonBacktracking)]
    private static partial Regex KeyWithoutBlank();
}
