using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.Patterns;

/// <summary>Matches when one of several patterns does. They are tried in the order in which they are written.</summary>
internal sealed class AnyOfPattern(IReadOnlyList<ValuePattern> patterns) : ValuePattern
{
    private readonly ValuePattern[] _patterns = [.. patterns];

    public IReadOnlyList<ValuePattern> Patterns => _patterns;

    public override IEnumerable<string> Captures => _patterns.SelectMany(pattern => pattern.Captures);

    public override bool Matches(in FactValue value, PatternContext context)
    {
        foreach (var pattern in _patterns)
        {
            if (pattern.Matches(value, context))
                return true;
        }
        return false;
    }
}

/// <summary>
/// Matches one of many texts: it finds literals by hash, <c>*@domain</c> by the hash of the domain, and tries only the others one by one.
/// Replaces <see cref="AnyOfPattern"/> where nothing is captured, because then the order makes no difference.
/// </summary>
internal sealed class TextSetPattern : TextPattern
{
    private readonly HashSet<string> _literals = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _domains = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _domainLookup;
    private readonly List<TextPattern> _others = [];

    public TextSetPattern(IEnumerable<TextPattern> patterns)
    {
        _domainLookup = _domains.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var pattern in patterns)
        {
            Patterns.Add(pattern);
            switch (pattern)
            {
                case LiteralPattern literal:
                    _literals.Add(literal.Text);
                    break;
                case GlobPattern { IsSuffixOnly: true } glob when glob.Suffix.LastIndexOf('@') == 0:
                    _domains.Add(glob.Suffix[1..]);
                    break;
                default:
                    _others.Add(pattern);
                    break;
            }
        }
    }

    public List<TextPattern> Patterns { get; } = [];

    public override bool MatchesText(string text, PatternContext context)
    {
        if (_literals.Contains(text))
            return true;
        if (_domains.Count > 0 && text.LastIndexOf('@') is >= 0 and var at && _domainLookup.Contains(text.AsSpan(at + 1)))
            return true;
        foreach (var pattern in _others)
        {
            if (pattern.MatchesText(text, context))
                return true;
        }
        return false;
    }
}
