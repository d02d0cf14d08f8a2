using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.Patterns;

/// <summary>What a value must look like. Immutable, shared by concurrent evaluations.</summary>
internal abstract class ValuePattern
{
    /// <summary>Names that a match puts into vars.</summary>
    public virtual IEnumerable<string> Captures => [];

    /// <param name="value">A known value; an absent one matches nothing but <c>exists: false</c> and <c>not</c>.</param>
    /// <param name="context">Takes captures; <c>now</c> for instants.</param>
    public abstract bool Matches(in FactValue value, PatternContext context);
}

/// <summary>What patterns read and write besides the value itself.</summary>
internal sealed class PatternContext
{
    public List<Capture> Captures { get; } = [];

    public DateTimeOffset Now { get; set; }

    /// <summary>Forgets the captures made since there were <paramref name="count"/>.</summary>
    public void Rewind(int count)
    {
        if (Captures.Count > count)
            Captures.RemoveRange(count, Captures.Count - count);
    }
}

/// <summary>Looks at texts one at a time; of several values one must match.</summary>
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

/// <summary>The same text but for case.</summary>
internal sealed class LiteralPattern(string text) : TextPattern
{
    public string Text => text;

    public override bool MatchesText(string value, PatternContext context) => string.Equals(value, text, StringComparison.OrdinalIgnoreCase);
}

/// <summary><c>contains</c>, <c>starts_with</c>, <c>ends_with</c>, without regard to case.</summary>
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
