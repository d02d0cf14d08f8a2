namespace InboundBridge.Mime.Replies;

/// <summary>The line that introduces a quote ("On … Al wrote:"), as the mail programs of many languages write it, wrapped over up to four lines.</summary>
internal static class Attribution
{
    public const int MostLines = 4;
    private const int MostCharacters = 400;

    /// <summary>At the end, in front of the colon.</summary>
    private static readonly string[] LastWords =
    [
        "wrote", "writes", "schrieb", "geschrieben", "schrieb folgendes", "a écrit", "ecrit", "écrivait", "écrit", "escribió",
        "ha escrito", "ha scritto", "scrisse", "escreveu", "escribio", "schreef", "geschreven", "het volgende geschreven", "napisał(a)",
        "napisał", "napisała", "pisze", "napisal(a)", "пишет", "писал", "писала", "писал(а)", "написал", "написала", "написал(а)",
        "yazdı", "şunu yazdı", "şunları yazdı", "yazmış", "写道", "寫道", "写到", "说道", "撰写", "書きました", "さんは書きました", "のメール", "のメッセージ", "が書いた",
        "書いた", "からのメール",
    ];

    /// <summary>In the middle, where the name stands behind the verb.</summary>
    private static readonly string[] MiddleWords =
    [
        " schrieb ", " schreef ", " wrote ", " a écrit ", " escribió ", " ha scritto ", " escreveu ", " napisał", " tarihinde ", " пишет",
        " написал", "写道", "寫道", "のメール",
    ];

    /// <summary>How such a line begins.</summary>
    private static readonly string[] FirstWords =
    [
        "On ", "Am ", "Le ", "El ", "Il ", "Em ", "Op ", "W dniu ", "Dnia ", "No dia ", "Den ", "À ", "At ", "In ", "On:", "在", "于", "於",
        "Il giorno ", "Il ", "Quoting ", "Zitat von ", "Citando ",
    ];

    /// <summary>Lines of the attribution that begins at <paramref name="index"/>, or 0.</summary>
    public static int Length(ref TextLines lines, int index)
    {
        // Hardly any line of a mail ends so: the words need not be looked for.
        if (!lines.EndsWithColonNear(index, MostLines) || lines[index].IsEmpty || lines[index].Length > MostCharacters)
            return 0;
        var joined = "";
        for (var count = 1; count <= MostLines && index + count <= lines.Count; count++)
        {
            var line = lines[index + count - 1];
            if (line.IsEmpty || line.Length > MostCharacters || (count > 1 && line[0] == '>'))
                return 0;
            joined = joined.Length == 0 ? line.ToString() : $"{joined} {line}";
            if (joined.Length > MostCharacters)
                return 0;
            if (line[^1] is ':' or '：' && Matches(joined, lines, index + count))
                return count;
            // Only what begins like an attribution, or has a date or address in its first line, may be wrapped.
            if (count == 1 && !Opens(joined))
                return 0;
        }
        return 0;
    }

    private static bool Opens(string line) =>
        FirstWords.Any(word => line.StartsWith(word, StringComparison.OrdinalIgnoreCase)) || (HasDate(line) && line.AsSpan().ContainsAny(',', '年'));

    private static bool Matches(string joined, in TextLines lines, int behind)
    {
        var body = joined.TrimEnd(':', '：', ' ', '\u00a0');
        var evidence = HasDate(body) || body.Contains('@', StringComparison.Ordinal);
        if (LastWords.Any(word => body.EndsWith(word, StringComparison.OrdinalIgnoreCase) && IsWordStart(body, word)))
            return evidence || QuoteFollows(lines, behind);
        if (evidence && MiddleWords.Any(word => body.Contains(word, StringComparison.OrdinalIgnoreCase)))
            return true;
        // Any other language: a date and an address, a colon, and a quote right behind.
        return HasDate(body) && body.Contains('@', StringComparison.Ordinal) && QuoteFollows(lines, behind);
    }

    private static bool IsWordStart(string body, string word) =>
        body.Length == word.Length || word[0] > 0x2000 || !char.IsLetter(body[body.Length - word.Length - 1]);

    /// <summary>A year, or a day with a time.</summary>
    private static bool HasDate(string text)
    {
        var digits = 0;
        for (var index = 0; index < text.Length; index++)
        {
            digits = char.IsAsciiDigit(text[index]) ? digits + 1 : 0;
            if (digits == 4 && text[index - 3] is '1' or '2')
                return true;
            if (digits > 0 && index + 2 < text.Length && text[index + 1] is ':' or '/' or '.' && char.IsAsciiDigit(text[index + 2]))
                return true;
        }
        return false;
    }

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
