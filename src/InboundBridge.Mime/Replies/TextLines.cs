using System.Buffers;

namespace InboundBridge.Mime.Replies;

/// <summary>The lines of a text (LF) as ranges of it: nothing is copied. The ranges are kept in a pooled array.</summary>
internal ref struct TextLines
{
    private readonly ReadOnlySpan<char> _text;
    private Range[] _ranges;
    private int _colonEnd;
    private int _colonFrom;
    private int _colon = -1;

    public TextLines(ReadOnlySpan<char> text)
    {
        _text = text;
        Count = text.Count('\n') + 1;
        _ranges = ArrayPool<Range>.Shared.Rent(Count);
        var (start, index) = (0, 0);
        while (index < Count)
        {
            var length = text[start..].IndexOf('\n');
            var end = length < 0 ? text.Length : start + length;
            _ranges[index++] = Trimmed(text, start, end);
            start = end + 1;
        }
    }

    public int Count { get; private set; }

    /// <summary>The line without white space at its ends.</summary>
    public readonly ReadOnlySpan<char> this[int index]
    {
        get
        {
            var range = _ranges[index];
            return _text[range.TextStart..range.End];
        }
    }

    /// <summary>The line with its leading white space, which may be an indentation.</summary>
    public readonly ReadOnlySpan<char> Indented(int index)
    {
        var range = _ranges[index];
        return _text[range.Start..range.End];
    }

    /// <summary>Moves a line to the place of an earlier one that is no longer needed.</summary>
    public readonly void Move(int from, int to)
    {
        if (from != to)
            _ranges[to] = _ranges[from];
    }

    public void CutAt(int count) => Count = count;

    /// <summary>The first line with text at or after <paramref name="index"/>; <see cref="Count"/> when there is none.</summary>
    public readonly int NextWithText(int index)
    {
        while (index < Count && this[index].IsEmpty)
            index++;
        return index;
    }

    /// <summary>True where the line ends with a space, as "-- " does (RFC 3676 §4.3).</summary>
    public readonly bool EndsWithSpace(int index) => _ranges[index].End is var end && end < _text.Length && _text[end] == ' ';

    public readonly bool IsQuote(int index) => index < Count && this[index].StartsWith('>');

    /// <summary>True where the line ends with a colon; direction marks may follow it, as in Hebrew and Arabic.</summary>
    public static bool EndsWithColon(ReadOnlySpan<char> line) =>
        line is [.., ':' or '：'] || (line is [.., >= '\u200e' and <= '\u2069']
            && line.TrimEnd(HeaderLabels.DirectionMarks) is [.., ':' or '：']);

    /// <summary>
    /// True where one of <paramref name="count"/> lines from <paramref name="index"/>
    /// on ends with a colon. Callers ask with rising indexes.
    /// </summary>
    public bool EndsWithColonNear(int index, int count)
    {
        // Hardly any line ends with a colon, so the next one is searched for once, not again from each line.
        _colonEnd = Math.Max(_colonEnd, index);
        while (_colonEnd < Count && !EndsWithColon(this[_colonEnd]))
            _colonEnd++;
        return _colonEnd < Math.Min(Count, index + count);
    }

    /// <summary>
    /// True where one of <paramref name="count"/> lines from <paramref name="index"/> on contains a colon. Callers ask with rising indexes.
    /// </summary>
    public bool HasColonNear(int index, int count)
    {
        var (start, end) = (_ranges[index].Start, _ranges[Math.Min(index + count, Count) - 1].End);
        if (start < _colonFrom || start > _colon)
        {
            var next = _text[start..].IndexOfAny(':', '：');
            (_colonFrom, _colon) = (start, next < 0 ? _text.Length : start + next);
        }
        return _colon < end;
    }

    /// <summary>
    /// The slice of the text that these lines form, without white space at its ends; null where something between them was left out.
    /// </summary>
    public readonly System.Range? Stretch()
    {
        var first = NextWithText(0);
        if (first == Count)
            return 0..0;
        var (end, empty) = (_ranges[first].End, 0);
        for (var index = first + 1; index < Count; index++)
        {
            var range = _ranges[index];
            if (range.TextStart == range.End)
            {
                empty++;
                continue;
            }
            // So close together that only line ends fit between.
            if (range.Start != end + 1 + Math.Min(empty, 1))
                return null;
            (end, empty) = (range.End, 0);
        }
        return _ranges[first].TextStart..end;
    }

    public void Dispose()
    {
        ArrayPool<Range>.Shared.Return(_ranges);
        _ranges = [];
    }

    private static Range Trimmed(ReadOnlySpan<char> text, int start, int end)
    {
        while (end > start && char.IsWhiteSpace(text[end - 1]))
            end--;
        var textStart = start;
        while (textStart < end && char.IsWhiteSpace(text[textStart]))
            textStart++;
        return new Range(start, textStart, end);
    }

    private readonly record struct Range(int Start, int TextStart, int End);
}
