namespace InboundBridge.Operations.Reading;

/// <summary>
/// Estimates the height of HTML in lines of text. A frame with mail can't tell its height, since it is sandboxed, so the page that has the
/// frame gives it one from the start, and nothing moves when the mail has loaded.
/// </summary>
internal static class HtmlRows
{
    /// <summary>More than any screen shows.</summary>
    public const int Most = 60;

    /// <summary>Characters that are looked at.</summary>
    private const int LongestLook = 64 * 1024;

    /// <summary>Characters of a line in a frame of usual width.</summary>
    private const int LineLength = 100;

    private const int RowsOfPicture = 8;

    public static int Of(string html)
    {
        var text = html.AsSpan(0, Math.Min(html.Length, LongestLook));
        var (rows, letters) = (0.0, 0);
        while (!text.IsEmpty && rows < Most)
        {
            var open = text.IndexOf('<');
            letters += Visible(open < 0 ? text : text[..open]);
            if (open < 0)
                break;
            text = text[open..];
            var close = text.IndexOf('>');
            if (close < 0)
                break;
            var tag = text[1..close];
            text = text[(close + 1)..];
            var space = SpaceOf(tag);
            if (space > 0)
            {
                rows += Lines(letters) + space;
                letters = 0;
            }
            if (Is(tag, "style") || Is(tag, "script") || Is(tag, "title"))
            {
                var end = text.IndexOf("</", StringComparison.Ordinal);
                text = end < 0 ? [] : text[end..];
            }
        }
        return (int)Math.Min(Most, Math.Ceiling(rows + Lines(letters)));
    }

    private static int Lines(int letters) => (letters + LineLength - 1) / LineLength;

    /// <summary>What a tag adds beside the text in front of it. HTML may leave out the tags that end paragraphs, items and rows.</summary>
    private static double SpaceOf(ReadOnlySpan<char> tag)
    {
        if (Is(tag, "img"))
            return tag.Contains("cid:", StringComparison.OrdinalIgnoreCase) ? RowsOfPicture : 0;
        if (Is(tag, "p") || Is(tag, "ul") || Is(tag, "ol") || Is(tag, "blockquote") || Is(tag, "table"))
            return 0.8;
        if (tag is ['h' or 'H', >= '1' and <= '6'] or ['h' or 'H', >= '1' and <= '6', ' ', ..])
            return 1.6;
        if (Is(tag, "tr") || Is(tag, "hr"))
            return 0.5;
        return Is(tag, "br") || Is(tag, "div") || Is(tag, "li") ? 0.05 : 0;
    }

    private static bool Is(ReadOnlySpan<char> tag, string name) => tag.StartsWith(name, StringComparison.OrdinalIgnoreCase)
        && (tag.Length == name.Length || !char.IsAsciiLetterOrDigit(tag[name.Length]));

    private static int Visible(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var letter in text)
        {
            if (!char.IsWhiteSpace(letter))
                count++;
        }
        // Between words.
        return count + (count / 5);
    }
}
