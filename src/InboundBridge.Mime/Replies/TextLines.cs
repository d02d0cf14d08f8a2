using System.Buffers;

namespace InboundBridge.Mime.Replies;

/// <summary>The lines of a text (LF) as ranges of it: nothing is copied. The ranges lie in a pooled array.</summary>
internal sealed class TextLines : IDisposable
{
    private readonly ReadOnlyMemory<char> _memory;
    private Range[] _ranges;

    /// <param name="most">Characters that are looked at.</param>
    public TextLines(ReadOnlyMemory<char> memory, int most)
    {
        _memory = memory;
        var text = memory.Span[..most];
        Count = text.Count('\n') + 1;
        _ranges = ArrayPool<Range>.Shared.Rent(Count);
        var (start, index) = (0, 0);
        while (index < Count)
        {
            var length = text[start..].IndexOf('\n');
            var end = length < 0 ? most : start + length;
            _ranges[index++] = Trimmed(text, start, end);
            start = end + 1;
        }
    }

    public int Count { get; private set; }

    /// <summary>Without white space at its ends.</summary>
    public ReadOnlySpan<char> this[int index] => _memory.Span[_ranges[index].TextStart.._ranges[index].End];

    /// <summary>With the white space in front, which may be an indentation.</summary>
    public ReadOnlySpan<char> Indented(int index) => _memory.Span[_ranges[index].Start.._ranges[index].End];

    /// <summary>Where the text of a line begins in all of it.</summary>
    public int Start(int index) => _ranges[index].TextStart;

    /// <summary>Moves a line forward, over one that isn't needed any more.</summary>
    public void Move(int from, int to) => _ranges[to] = _ranges[from];

    public void CutAt(int count) => Count = count;

    /// <summary>The first line with text at or behind <paramref name="index"/>; <see cref="Count"/> when there is none.</summary>
    public int NextWithText(int index)
    {
        while (index < Count && this[index].IsEmpty)
            index++;
        return index;
    }

    public bool IsQuote(int index) => index < Count && this[index].StartsWith('>');

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
