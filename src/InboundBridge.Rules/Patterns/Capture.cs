using System.Text.RegularExpressions;

namespace InboundBridge.Rules.Patterns;

/// <summary>A part of a value that a pattern found. Cut out only when the whole rule matches, so a rule that doesn't match allocates nothing.</summary>
/// <param name="Ordinal">The pattern's place in the rule: where two captures share a name, the later one in writing stands.</param>
/// <param name="Name">Null: every named group of <paramref name="Expression"/>.</param>
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
