using System.Buffers;

namespace InboundBridge.Mime.Replies;

/// <summary>
/// The line that introduces a quote ("On … Al wrote:"), as the mail programs of many languages write it, wrapped over up to four lines.
/// </summary>
internal static class Attribution
{
    public const int MostLines = 4;
    private const int MostCharacters = 400;

    private const string Ends = ":： \u00a0" + HeaderLabels.DirectionMarks;

    private const string Dashes = "-*_=|\u2013\u2014 \u00a0" + HeaderLabels.DirectionMarks;

    private static readonly SearchValues<char> Evidence = SearchValues.Create("@0123456789");

    /// <summary>Lines of the attribution that begins at <paramref name="index"/>, or 0.</summary>
    public static int Length(ref TextLines lines, int index)
    {
        var line = lines[index];
        if (line.IsEmpty || line.Length > MostCharacters)
            return 0;
        // Hardly any line of a mail ends with a colon, so most are dismissed here without a search for the words.
        if (lines.EndsWithColonNear(index, MostLines) && Introduced(lines, index) is > 0 and var length)
            return length;
        return line is ['-', '-', ..] or ['\u2014', ..] or ['\u2013', ..] ? Dashed(lines, index) : 0;
    }

    /// <summary>
    /// Number of lines that introduce a marked quote without a colon: a date, an address and a verb, or one of the first two with the
    /// verb at the usual place.
    /// </summary>
    public static int LengthAbove(in TextLines lines, int quote)
    {
        var end = quote;
        if (!HasEvidenceAbove(lines, quote))
            return 0;
        while (end > 0 && quote - end < 2 && lines[end - 1].IsEmpty)
            end--;
        var shortest = 0;
        for (var start = end - 1; start >= Math.Max(0, end - MostLines) && !lines[start].IsEmpty && !lines.IsQuote(start); start--)
        {
            if (Joined(lines, start, end - start) is not { } text || HasSentenceEnd(text) || !IsWithoutColon(text))
                continue;
            if (BeginsLikeAttribution(text) || DateEvidence.Has(lines[start]))
                return quote - start;
            // The introduction may be wrapped and begin on a line above.
            shortest = shortest == 0 ? quote - start : shortest;
        }
        return shortest;
    }

    /// <summary>A quick test: hardly any line above a quote has a digit or an address.</summary>
    private static bool HasEvidenceAbove(in TextLines lines, int quote)
    {
        for (var index = quote - 1; index >= Math.Max(0, quote - MostLines - 2); index--)
        {
            if (lines[index].ContainsAny(Evidence))
                return true;
        }
        return false;
    }

    private static int Introduced(in TextLines lines, int index)
    {
        var joined = "";
        for (var count = 1; count <= MostLines && index + count <= lines.Count; count++)
        {
            var line = lines[index + count - 1];
            if (line.IsEmpty || line.Length > MostCharacters || (count > 1 && line[0] == '>'))
                return 0;
            joined = joined.Length == 0 ? line.ToString() : $"{joined} {line}";
            if (joined.Length > MostCharacters)
                return 0;
            if (TextLines.EndsWithColon(line) && Matches(joined, lines, index + count))
                return count;
            // Only a line that begins like an attribution, or has a date or an address, may continue on the next lines.
            if (count == 1 && !Opens(joined))
                return 0;
        }
        return 0;
    }

    /// <summary>Zoho and others write "---- On DATE NAME wrote ----": the dashes take the place of the colon.</summary>
    private static int Dashed(in TextLines lines, int index)
    {
        for (var count = 1; count <= MostLines && index + count <= lines.Count; count++)
        {
            var line = lines[index + count - 1];
            if (line.IsEmpty || Joined(lines, index, count) is not { } text)
                return 0;
            if (line is not [.., '-' or '\u2013' or '\u2014'] || (count == 1 && line.Length < 12))
                continue;
            var body = text.AsSpan().Trim(Dashes).TrimEnd(Ends).ToString();
            return HasVerb(body) && (body.Contains('@', StringComparison.Ordinal) || DateEvidence.HasDayAndTime(body)) ? count : 0;
        }
        return 0;
    }

    private static string? Joined(in TextLines lines, int index, int count)
    {
        var joined = "";
        for (var line = index; line < index + count; line++)
        {
            joined = joined.Length == 0 ? lines[line].ToString() : $"{joined} {lines[line]}";
            if (joined.Length > MostCharacters)
                return null;
        }
        return joined;
    }

    private static bool Opens(string line)
    {
        var text = line.AsSpan().TrimStart(HeaderLabels.DirectionMarks);
        return BeginsLikeAttribution(text) || DateEvidence.Has(text) || text.Contains('@') || text.EndsWith("<") || text.EndsWith("(");
    }

    private static bool BeginsLikeAttribution(ReadOnlySpan<char> text)
    {
        foreach (var word in AttributionWords.First)
        {
            if (text.StartsWith(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    private static bool Matches(string joined, in TextLines lines, int behind)
    {
        var body = joined.AsSpan().TrimEnd(Ends).TrimStart(Dashes).ToString();
        var hasAddress = body.Contains('@', StringComparison.Ordinal);
        var hasDate = DateEvidence.Has(body);
        if (QuoteFollows(lines, behind))
        {
            // In any other language: a date, an address and a colon, with a quote right below.
            return EndsWithVerb(body) || ((hasDate || hasAddress) && HasMiddleVerb(body)) || (hasDate && hasAddress);
        }
        // An unmarked quote reaches to the end of the mail, so a sentence such as "In the report of 2024 she wrote:" must not begin one.
        if (EndsWithVerb(body))
            return hasAddress || DateEvidence.HasDayAndTime(body) || (DateEvidence.HasYear(body) && BeginsLikeAttribution(body)
                && body.Contains(',', StringComparison.Ordinal));
        // "02.11.2026, 09:12, Al <al@example.com>:" needs no verb.
        return HasMiddleVerb(body) ? hasAddress || DateEvidence.HasDayAndTime(body) : hasAddress && body is [.., '>' or ')']
            && DateEvidence.HasDayAndTime(body);
    }

    private static bool IsWithoutColon(string text)
    {
        var body = text.AsSpan().TrimEnd(Ends).Trim(Dashes).ToString();
        var (hasDate, hasAddress) = (DateEvidence.Has(body), body.Contains('@', StringComparison.Ordinal));
        if (hasDate && hasAddress)
            return HasVerb(body) || DateEvidence.HasDayAndTime(body);
        return EndsWithVerb(body) && (hasAddress || DateEvidence.HasDayAndTime(body) || (hasDate && BeginsLikeAttribution(body)));
    }

    private static bool HasVerb(string body) => EndsWithVerb(body) || HasMiddleVerb(body);

    private static bool EndsWithVerb(string body) => Array.Exists(AttributionWords.Last, word =>
        body.EndsWith(word, StringComparison.OrdinalIgnoreCase) && IsWordStart(body, word));

    private static bool HasMiddleVerb(string body) => Array.Exists(AttributionWords.Middle, word =>
        body.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static bool IsWordStart(string body, string word) =>
        body.Length == word.Length || word[0] > 0x2000 || !char.IsLetter(body[body.Length - word.Length - 1]);

    /// <summary>"We met. Al &lt;al@example.com&gt; wrote" is prose.</summary>
    private static bool HasSentenceEnd(string text) => text[^1] is '!' or '?' || (text[^1] == '.'
        && !char.IsAsciiDigit(text[Math.Max(0, text.Length - 2)]));

    private static bool QuoteFollows(in TextLines lines, int index)
    {
        for (var end = Math.Min(lines.Count, index + 3); index < end; index++)
        {
            if (!lines[index].IsEmpty)
                return lines.IsQuote(index);
        }
        return false;
    }
}
