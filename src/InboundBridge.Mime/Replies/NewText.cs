using System.Buffers;

namespace InboundBridge.Mime.Replies;

/// <summary>
/// The part of a reply that its author wrote: without the attribution, the quote (above, below or between), the copied header of Outlook, and the signature.
/// One pass over the lines; every test looks at a bounded stretch.
/// </summary>
internal static class NewText
{
    /// <summary>Nobody writes a longer reply; what lies behind is quoted matter.</summary>
    public const int LongestReply = 256 * 1024;

    /// <returns>A stretch of the text itself where nothing inside it was left out.</returns>
    public static ReadOnlyMemory<char> Of(ReadOnlyMemory<char> text)
    {
        using var lines = new TextLines(text, Math.Min(text.Length, LongestReply));
        var kept = 0;
        for (var index = 0; index < lines.Count; index++)
        {
            if (lines.IsQuote(index))
                continue;
            if (QuoteStart.IsSeparator(lines, index))
                break;
            if (Attribution.Length(lines, index) is > 0 and var length)
            {
                // Below a marked quote the author may go on; an unmarked one reaches to the end.
                if (!lines.IsQuote(lines.NextWithText(index + length)))
                    break;
                index += length - 1;
                continue;
            }
            lines.Move(index, kept++);
        }
        lines.CutAt(kept);
        lines.CutAt(Signature.Start(lines));
        return Tidy(lines, text);
    }

    /// <summary>Not more than one empty line in a row.</summary>
    private static ReadOnlyMemory<char> Tidy(TextLines lines, ReadOnlyMemory<char> text)
    {
        var result = ArrayPool<char>.Shared.Rent(Math.Min(text.Length, LongestReply));
        var (length, empty) = (0, 0);
        for (var index = 0; index < lines.Count; index++)
        {
            var line = lines.Indented(index);
            if (line.IsEmpty)
            {
                empty++;
                continue;
            }
            if (length > 0)
            {
                result.AsSpan(length, Math.Min(empty, 1) + 1).Fill('\n');
                length += Math.Min(empty, 1) + 1;
            }
            empty = 0;
            line.CopyTo(result.AsSpan(length));
            length += line.Length;
        }
        var tidy = result.AsSpan(0, length).Trim();
        var first = lines.NextWithText(0);
        var start = first < lines.Count ? lines.Start(first) : 0;
        var reply = text.Span[start..].StartsWith(tidy) ? text.Slice(start, tidy.Length) : tidy.ToString().AsMemory();
        ArrayPool<char>.Shared.Return(result);
        return reply;
    }
}
