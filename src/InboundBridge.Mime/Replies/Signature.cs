namespace InboundBridge.Mime.Replies;

/// <summary>Finds the signature: the usual "-- " line, or the line that telephones and webmail add.</summary>
internal static class Signature
{
    /// <summary>A device's line counts only with at most this many lines of text after it.</summary>
    public const int NearEnd = 4;

    /// <summary>The index of the first line of the signature; the count of lines when there is none.</summary>
    public static int Start(in TextLines lines)
    {
        var (nearEnd, drawn) = (NearEndFrom(lines), -1);
        for (var index = 0; index < lines.Count; index++)
        {
            // RFC 3676 §4.3 says "-- "; the space is often lost.
            if (lines.Indented(index) is { Length: <= 3 } and ("--" or "—" or "– –") && !IsBetweenItems(lines, index)
                && !IsDrawnOften(lines, ref drawn, index))
                return index;
            if (index >= nearEnd && DeviceLine.Is(lines[index]))
                return index;
        }
        return lines.Count;
    }

    /// <summary>Without the space of RFC 3676, and used more than once, "--" separates paragraphs.</summary>
    /// <param name="drawn">How many there are; negative while not yet counted.</param>
    private static bool IsDrawnOften(in TextLines lines, ref int drawn, int index)
    {
        if (drawn < 0)
        {
            drawn = 0;
            for (var line = index; line < lines.Count; line++)
                drawn += IsDrawn(lines, line) ? 1 : 0;
        }
        return drawn > 1 && IsDrawn(lines, index);
    }

    private static bool IsDrawn(in TextLines lines, int index) => lines.Indented(index) is "--" && !lines.EndsWithSpace(index);

    /// <summary>People also write "--" between the items of a list.</summary>
    private static bool IsBetweenItems(in TextLines lines, int index)
    {
        if (!IsItem(lines, lines.NextWithText(index + 1)))
            return false;
        var above = index - 1;
        while (above >= 0 && lines[above].IsEmpty)
            above--;
        return IsItem(lines, above);
    }

    /// <summary>"- text", "* text", "• text", "1. text", "a) text".</summary>
    private static bool IsItem(in TextLines lines, int index)
    {
        if (index < 0 || index >= lines.Count)
            return false;
        var line = lines[index];
        if (line is ['-' or '*' or '+' or '•' or '–' or '—' or '·' or '◦' or '▪' or '#', ' ' or '\t' or '\u00a0', not ('-' or '*'
            or ' '), ..])
            return true;
        var end = line[..Math.Min(line.Length, 4)].IndexOfAny('.', ')');
        return end > 0 && end + 1 < line.Length && line[end + 1] is ' ' or '\t'
            && (!line[..end].ContainsAnyExceptInRange('0', '9') || (end == 1 && char.IsAsciiLetter(line[0])));
    }

    /// <summary>The first line with at most <see cref="NearEnd"/> lines of text after it.</summary>
    private static int NearEndFrom(in TextLines lines)
    {
        var (index, behind) = (lines.Count, 0);
        while (index > 0 && behind <= NearEnd)
            behind += lines[--index].IsEmpty ? 0 : 1;
        return index;
    }
}
