using InboundBridge.Yaml;

namespace InboundBridge.Rules.Patterns;

/// <summary>
/// A glob, case-insensitive: <c>*</c> matches any run, <c>?</c> one character, <c>{name}</c> captures a run of at least one, <c>\</c> takes
/// the next literally. A glob is fixed pieces with gaps between them. Each piece is placed as far left as possible: that finds a match if
/// one exists, in time linear in the text for each piece.
/// </summary>
internal sealed class GlobPattern : TextPattern
{
    /// <summary>Gaps in one glob: their ranges are kept on the stack.</summary>
    private const int MostGaps = 32;

    /// <summary>Represents <c>?</c> in a piece; YAML can't contain this character.</summary>
    private const char AnyOne = '\0';

    private readonly string[] _pieces;
    private readonly Gap[] _gaps;
    private readonly int _ordinal;

    private GlobPattern(string[] pieces, Gap[] gaps, int ordinal)
    {
        _pieces = pieces;
        _gaps = gaps;
        _ordinal = ordinal;
    }

    public override IEnumerable<string> Captures => _gaps.Where(gap => gap.Name is not null).Select(gap => gap.Name!);

    /// <summary>The text that every match begins with.</summary>
    public string Prefix => Fixed(_pieces[0], fromStart: true);

    /// <summary>The text that every match ends with.</summary>
    public string Suffix => Fixed(_pieces[^1], fromStart: false);

    /// <summary>It is <c>*</c> and a fixed text behind it.</summary>
    public bool IsSuffixOnly => _gaps is [{ Name: null }] && _pieces[0].Length == 0 && !_pieces[1].Contains(AnyOne);

    /// <summary>A literal where the text has no wildcard; null when a problem was reported.</summary>
    public static TextPattern? Compile(string text, SourcePosition position, int ordinal, SourceProblems problems)
    {
        var reader = new GlobReader(text);
        if (reader.Read() is { } problem)
        {
            problems.Error(position, problem, reader.Hint);
            return null;
        }
        if (reader.Gaps.Count > MostGaps)
        {
            problems.Error(position, "too many wildcards in one pattern", $"at most {MostGaps}");
            return null;
        }
        return reader.Gaps.Count == 0 && !reader.Pieces[0].Contains(AnyOne)
            ? new LiteralPattern(reader.Pieces[0])
            : new GlobPattern([.. reader.Pieces], [.. reader.Gaps], ordinal);
    }

    public override bool MatchesText(string text, PatternContext context)
    {
        var first = _pieces[0];
        if (_gaps.Length == 0)
            return text.Length == first.Length && IsAt(text, 0, first);
        var last = _pieces[^1];
        var end = text.Length - last.Length;
        if (end < first.Length || !IsAt(text, 0, first) || !IsAt(text, end, last))
            return false;

        Span<(int Start, int End)> ranges = stackalloc (int, int)[_gaps.Length];
        var position = first.Length;
        for (var index = 0; index < _gaps.Length - 1; index++)
        {
            var found = Find(text, position + _gaps[index].Minimum, end, _pieces[index + 1]);
            if (found < 0)
                return false;
            ranges[index] = (position, found);
            position = found + _pieces[index + 1].Length;
        }
        if (end - position < _gaps[^1].Minimum)
            return false;
        ranges[^1] = (position, end);
        for (var index = 0; index < _gaps.Length; index++)
        {
            if (_gaps[index].Name is { } name)
                context.Captures.Add(new Capture(_ordinal, name, text, ranges[index].Start, ranges[index].End - ranges[index].Start, null));
        }
        return true;
    }

    private static int Find(string text, int from, int end, string piece)
    {
        if (from > end)
            return -1;
        if (!piece.Contains(AnyOne))
        {
            var found = text.AsSpan(from, end - from).IndexOf(piece, StringComparison.OrdinalIgnoreCase);
            return found < 0 ? -1 : from + found;
        }
        for (var start = from; start + piece.Length <= end; start++)
        {
            if (IsAt(text, start, piece))
                return start;
        }
        return -1;
    }

    private static bool IsAt(string text, int start, string piece)
    {
        if (text.Length - start < piece.Length)
            return false;
        var here = text.AsSpan(start, piece.Length);
        if (!piece.Contains(AnyOne))
            return here.Equals(piece, StringComparison.OrdinalIgnoreCase);
        for (var index = 0; index < piece.Length; index++)
        {
            if (piece[index] != AnyOne && char.ToUpperInvariant(piece[index]) != char.ToUpperInvariant(here[index]))
                return false;
        }
        return true;
    }

    private static string Fixed(string piece, bool fromStart)
    {
        var special = fromStart ? piece.IndexOf(AnyOne) : piece.LastIndexOf(AnyOne);
        if (special < 0)
            return piece;
        return fromStart ? piece[..special] : piece[(special + 1)..];
    }

    /// <param name="Minimum">The fewest characters it matches: none for <c>*</c>, one for a capture.</param>
    internal readonly record struct Gap(int Minimum, string? Name);

    /// <summary>Splits a written glob into pieces and gaps.</summary>
    private sealed class GlobReader(string text)
    {
        private readonly System.Text.StringBuilder _piece = new();

        public List<string> Pieces { get; } = [];

        public List<Gap> Gaps { get; } = [];

        public string? Hint { get; private set; }

        /// <summary>Null, or what is wrong.</summary>
        public string? Read()
        {
            for (var index = 0; index < text.Length; index++)
            {
                switch (text[index])
                {
                    case '\\' when index + 1 < text.Length:
                        _piece.Append(text[++index]);
                        break;
                    case '?':
                        _piece.Append(AnyOne);
                        break;
                    case '*':
                        if (AddGap(new Gap(0, null)) is { } starProblem)
                            return starProblem;
                        break;
                    case '{':
                        var close = text.IndexOf('}', index);
                        var name = close < 0 ? string.Empty : text[(index + 1)..close];
                        if (close < 0 || VariableName.Problem(name) is not null)
                        {
                            Hint = @"a capture is {name}; write \{ for a brace";
                            return close < 0 ? "'{' is not closed" : VariableName.Problem(name);
                        }
                        if (AddGap(new Gap(1, name)) is { } captureProblem)
                            return captureProblem;
                        index = close;
                        break;
                    default:
                        _piece.Append(text[index]);
                        break;
                }
            }
            Pieces.Add(_piece.ToString());
            return null;
        }

        private string? AddGap(Gap gap)
        {
            if (Gaps.Count > 0 && _piece.Length == 0)
            {
                if (gap.Name is null && Gaps[^1].Name is null)
                    return null;
                Hint = "put a fixed character between them";
                return "two wildcards side by side: it is open where one ends and the other begins";
            }
            Pieces.Add(_piece.ToString());
            _piece.Clear();
            Gaps.Add(gap);
            return null;
        }
    }
}
