using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.Patterns;

/// <summary>A test that the value of a fact passes or fails. Immutable, shared by concurrent evaluations.</summary>
internal abstract class ValuePattern
{
    /// <summary>Names of the vars that a match captures.</summary>
    public virtual IEnumerable<string> Captures => [];

    /// <param name="value">A known value. An absent value matches only <c>exists: false</c> and <c>not</c>.</param>
    /// <param name="context">Receives captures, and supplies the time for patterns on dates.</param>
    public abstract bool Matches(in FactValue value, PatternContext context);
}

/// <summary>What patterns read and write apart from the value.</summary>
internal sealed class PatternContext
{
    public List<Capture> Captures { get; } = [];

    public DateTimeOffset Now { get; set; }

    /// <summary>Removes all captures behind the first <paramref name="count"/>.</summary>
    public void Rewind(int count)
    {
        if (Captures.Count > count)
            Captures.RemoveRange(count, Captures.Count - count);
    }
}

/// <summary>Tests one text at a time. Of several values, one must match.</summary>
internal abstract class TextPattern : ValuePattern
{
    public abstract bool MatchesText(string text, PatternContext context);

    public sealed override bool Matches(in FactValue value, PatternContext context)
    {
        switch (value.Shape)
        {
            case FactShape.Text:
                return MatchesText(value.Text, context);
            case FactShape.Texts:
                foreach (var text in value.Texts)
                {
                    if (MatchesText(text, context))
                        return true;
                }
                return false;
            default:
                return false;
        }
    }
}

/// <summary>Equal texts, case-insensitive.</summary>
internal sealed class LiteralPattern(string text) : TextPattern
{
    public string Text => text;

    public override bool MatchesText(string value, PatternContext context) =>
        string.Equals(value, text, StringComparison.OrdinalIgnoreCase);
}

/// <summary><c>contains</c>, <c>starts_with</c>, <c>ends_with</c>, case-insensitive.</summary>
internal sealed class PartPattern(string text, PartPlace place) : TextPattern
{
    public override bool MatchesText(string value, PatternContext context) => place switch
    {
        PartPlace.Start => value.StartsWith(text, StringComparison.OrdinalIgnoreCase),
        PartPlace.End => value.EndsWith(text, StringComparison.OrdinalIgnoreCase),
        _ => value.Contains(text, StringComparison.OrdinalIgnoreCase),
    };
}

internal enum PartPlace
{
    Anywhere,
    Start,
    End,
}
