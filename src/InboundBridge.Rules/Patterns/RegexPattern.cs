using System.Text.RegularExpressions;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Patterns;

/// <summary>
/// <c>/…/flags</c>. Matched without backtracking, in time linear in the text whatever the expression, so that no mail can stall the server
/// (ReDoS). Named groups are captured.
/// </summary>
internal sealed class RegexPattern : TextPattern
{
    /// <summary>Characters of one expression: the automaton's size grows with it.</summary>
    private const int LongestExpression = 4096;

    private readonly Lazy<Regex> _regex;
    private readonly RegexLiteral _literal;
    private readonly int _ordinal;
    private readonly string[] _groups;

    private RegexPattern(string expression, RegexOptions options, int ordinal)
    {
        // Parsing is cheap. An automaton takes milliseconds and up to a megabyte, so it is built for the first text that contains the
        // expression's fixed part.
        var read = new Regex(expression, options, Regex.InfiniteMatchTimeout);
        _groups = [.. read.GetGroupNames().Where(name => !char.IsAsciiDigit(name[0]))];
        _ordinal = ordinal;
        _literal = RegexLiteral.Find(expression, options);
        _regex = new Lazy<Regex>(() => new Regex(expression, options | RegexOptions.NonBacktracking, Regex.InfiniteMatchTimeout));
        if (_literal.Text.Length == 0 || RegexLiteral.MayNeedBacktracking(expression))
            _ = _regex.Value;
    }

    /// <summary>The text that every match in ASCII text begins with; empty where there is none.</summary>
    public string Prefix => _literal.IsPrefix ? _literal.Text : string.Empty;

    public override IEnumerable<string> Captures => _groups;

    public static bool IsWritten(string text) =>
        text.Length >= 2 && text[0] == '/' && text.LastIndexOf('/') > 0 && Flags(text).All(char.IsAsciiLetter);

    /// <summary>Null when a problem was reported.</summary>
    public static RegexPattern? Compile(string text, SourcePosition position, int ordinal, SourceProblems problems)
    {
        var options = RegexOptions.CultureInvariant;
        foreach (var flag in Flags(text))
        {
            var option = flag switch
            {
                'i' => RegexOptions.IgnoreCase,
                'm' => RegexOptions.Multiline,
                's' => RegexOptions.Singleline,
                'x' => RegexOptions.IgnorePatternWhitespace,
                _ => RegexOptions.None,
            };
            if (option == RegexOptions.None)
                problems.Error(position, $"unknown regular expression flag '{flag}'", "flags are i, m, s and x");
            options |= option;
        }
        var expression = text[1..text.LastIndexOf('/')];
        if (expression.Length > LongestExpression)
        {
            problems.Error(position, "the regular expression is too long",
                $"at most {LongestExpression} characters; a list holds many patterns");
            return null;
        }
        try
        {
            var pattern = new RegexPattern(expression, options, ordinal);
            foreach (var group in pattern._groups)
            {
                if (VariableName.Problem(group) is { } problem)
                    problems.Error(position, problem);
            }
            return pattern;
        }
        catch (ArgumentException exception)
        {
            problems.Error(position, $"not a regular expression: {exception.Message.ReplaceLineEndings(" ")}");
        }
        catch (NotSupportedException)
        {
            problems.Error(position, "this regular expression can't be matched in linear time",
                "no look-around, back-references, atomic groups or conditionals");
        }
        return null;
    }

    public override bool MatchesText(string text, PatternContext context)
    {
        if (_literal.Excludes(text) || !_regex.Value.IsMatch(text))
            return false;
        if (_groups.Length > 0)
            context.Captures.Add(new Capture(_ordinal, null, text, 0, 0, _regex.Value));
        return true;
    }

    private static string Flags(string text) => text[(text.LastIndexOf('/') + 1)..];
}
