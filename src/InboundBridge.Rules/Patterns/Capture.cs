using System.Text.RegularExpressions;

namespace InboundBridge.Rules.Patterns;

/// <summary>
/// A part of a value that a pattern captures. The text is copied only when the whole rule
/// matches, so a rule that does not match allocates nothing.
/// </summary>
/// <param name="Ordinal">The pattern's place in the rule: where two captures share a name, the one that is written later wins.</param>
/// <param name="Name">Null for all named groups of <paramref name="Expression"/>.</param>
internal readonly record struct Capture(int Ordinal, string? Name, string Source, int Start, int Length, Regex? Expression)
{
    public void WriteTo(IDictionary<string, string> vars)
    {
        if (Expression is null)
        {
            vars[Name!] = Source.Substring(Start, Length);
            return;
        }
        var match = Expression.Match(Source);
        foreach (var group in match.Groups.Values)
        {
            if (group.Success && !char.IsAsciiDigit(group.Name[0]))
                vars[group.Name] = group.Value;
        }
    }
}
