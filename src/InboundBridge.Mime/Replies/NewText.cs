using System.Text;

namespace InboundBridge.Mime.Replies;

/// <summary>
/// The part of a reply that its author wrote: without the attribution, the quote (above, below or between), the copied header of Outlook, and the signature.
/// One pass over the lines; every test looks at a bounded stretch.
/// </summary>
internal static class NewText
{
    /// <summary>Nobody writes a longer reply; what lies behind is quoted matter.</summary>
    private const int LongestReply = 256 * 1024;

    public static string Of(string text)
    {
        if (text.Length > LongestReply)
            text = text[..LongestReply];
        var lines = text.Split('\n');
        var kept = new List<string>();
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index].TrimEnd();
            if (line.TrimStart().StartsWith('>'))
                continue;
            if (QuoteStart.IsSeparator(lines, index))
                break;
            if (Attribution.Length(lines, index) is > 0 and var length)
            {
                // Below a marked quote the author may go on; an unmarked one reaches to the end.
                if (!IsQuoted(lines, index + length))
                    break;
                index += length - 1;
                continue;
            }
            kept.Add(line);
        }
        CutSignature(kept);
        return Tidy(kept);
    }

    private static bool IsQuoted(string[] lines, int index)
    {
        while (index < lines.Length && string.IsNullOrWhiteSpace(lines[index]))
            index++;
        return index < lines.Length && lines[index].TrimStart().StartsWith('>');
    }

    private static void CutSignature(List<string> lines)
    {
        for (var index = 0; index < lines.Count; index++)
        {
            if (Signature.Begins(lines, index))
            {
                lines.RemoveRange(index, lines.Count - index);
                return;
            }
        }
    }

    private static string Tidy(List<string> lines)
    {
        var result = new StringBuilder();
        var empty = 0;
        foreach (var line in lines)
        {
            if (line.Length == 0)
            {
                empty++;
                continue;
            }
            if (result.Length > 0)
                result.Append('\n', Math.Min(empty, 1) + 1);
            empty = 0;
            result.Append(line);
        }
        return result.ToString().Trim();
    }
}
