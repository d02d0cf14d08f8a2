using System.Buffers;

namespace InboundBridge.Mime.Replies;

/// <summary>Finds the copy of the answered mail that Outlook, Exchange and others put below a reply.</summary>
internal static class QuoteStart
{
    private const int LongestLine = 300;
    private const int LongestBanner = 100;

    /// <summary>Dashes in a separator line; fewer may mark a signature or a list.</summary>
    private const int ShortestSeparator = 20;

    private static readonly SearchValues<char> SeparatorMarks = SearchValues.Create("_-= \u2013\u2014");

    /// <param name="isAnswer">The mail answers or forwards another one.</param>
    public static bool IsSeparator(ref TextLines lines, int index, bool isAnswer)
    {
        var line = lines[index];
        if (line.IsEmpty || line.Length > LongestLine)
            return false;
        if (line[0] is '-' or '_' or '*' or '=' or '\u2013' or '\u2014')
        {
            if (Banners.IsBanner(line))
                return true;
            if (line.Length >= ShortestSeparator && !line.ContainsAnyExcept(SeparatorMarks))
                return IsCopyBelow(lines, index, isAnswer);
            // Words between dashes, in an unknown language.
            if (line.Length <= LongestBanner && line.StartsWith("--") && line.EndsWith("--"))
                return IsCopyBelow(lines, index, isAnswer);
        }
        if (!lines.HasColonNear(index, 1))
            return Banners.IsForward(line) && IsCopyBelow(lines, index, isAnswer);
        return CopiedHeader.Begins(lines, index, isMarked: false, isAnswer) || (line[^1] is ':' or '：' && Banners.IsForward(line)
            && IsCopyBelow(lines, index, isAnswer));
    }

    private static bool IsCopyBelow(in TextLines lines, int index, bool isAnswer)
    {
        var next = lines.NextWithText(index + 1);
        // A separator line may come before a banner.
        return (next < lines.Count && Banners.IsBanner(lines[next])) || CopiedHeader.Begins(lines, next, isMarked: true, isAnswer);
    }
}
