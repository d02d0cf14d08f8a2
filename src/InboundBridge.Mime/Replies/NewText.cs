using System.Buffers;

namespace InboundBridge.Mime.Replies;

/// <summary>
/// The part of a reply that its author wrote: without the attribution, the quote (above, below or between), the copied header of Outlook,
/// and the signature. One pass over the lines; every test looks at a bounded stretch.
/// </summary>
internal static class NewText
{
    /// <summary>Characters. No person writes a longer reply; what follows is quoted matter.</summary>
    public const int LongestReply = 256 * 1024;

    private static readonly SearchValues<char> SeparatorMarks = SearchValues.Create("-_=*\u2013\u2014");

    /// <param name="isAnswer">The mail answers or forwards another one, so lines that look like a copied header are taken for one.</param>
    /// <returns>A slice of the text itself where nothing inside it was left out.</returns>
    public static ReadOnlyMemory<char> Of(ReadOnlyMemory<char> text, bool isAnswer)
    {
        var lines = new TextLines(text.Span[..Math.Min(text.Length, LongestReply)]);
        try
        {
            Leave(ref lines, isAnswer);
            return lines.Stretch() is { } stretch ? text[stretch] : Tidy(lines, text.Length).AsMemory();
        }
        finally
        {
            lines.Dispose();
        }
    }

    /// <summary>Keeps the author's lines only.</summary>
    private static void Leave(ref TextLines lines, bool isAnswer)
    {
        var kept = 0;
        var (isBelowQuote, isCut) = (true, false);
        for (var index = 0; index < lines.Count; index++)
        {
            if (IsOrdinary(ref lines, index))
            {
                lines.Move(index, kept++);
                isBelowQuote = false;
                continue;
            }
            if (lines.IsQuote(index))
            {
                kept -= isBelowQuote ? 0 : Attribution.LengthAbove(lines, kept);
                isBelowQuote = true;
                continue;
            }
            if (QuoteStart.IsSeparator(ref lines, index, isAnswer))
            {
                isCut = true;
                break;
            }
            if (Attribution.Length(ref lines, index) is > 0 and var length)
            {
                // The author may continue below a marked quote; an unmarked quote reaches to the end.
                isCut = !lines.IsQuote(lines.NextWithText(index + length));
                if (isCut)
                    break;
                index += length - 1;
                isBelowQuote = true;
                continue;
            }
            lines.Move(index, kept++);
            isBelowQuote = false;
        }
        lines.CutAt(kept);
        if (isCut || isBelowQuote)
            CutRule(ref lines);
        lines.CutAt(Signature.Start(lines));
    }

    /// <summary>Removes a line drawn above the quote.</summary>
    private static void CutRule(ref TextLines lines)
    {
        var last = lines.Count - 1;
        while (last >= 0 && lines[last].IsEmpty)
            last--;
        if (last >= 0 && lines[last].Length >= 3 && !lines[last].ContainsAnyExcept(SeparatorMarks))
            lines.CutAt(last);
    }

    /// <summary>True for nearly every line: it has nothing that the beginning of a quote must have.</summary>
    private static bool IsOrdinary(ref TextLines lines, int index) =>
        lines[index] is [] or [not ('>' or '-' or '_' or '*' or '=' or '|' or '\u2013' or '\u2014'), ..]
            && !lines.HasColonNear(index, Attribution.MostLines);

    /// <summary>Collapses runs of empty lines into one.</summary>
    private static string Tidy(in TextLines lines, int most)
    {
        var result = ArrayPool<char>.Shared.Rent(Math.Min(most, LongestReply));
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
        var tidy = result.AsSpan(0, length).Trim().ToString();
        ArrayPool<char>.Shared.Return(result);
        return tidy;
    }
}
