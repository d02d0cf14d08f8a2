namespace InboundBridge.Mime.Headers;

/// <summary>Message-ids and lists of them (RFC 5322 §3.6.4), with or without angle brackets.</summary>
internal static class MessageIds
{
    /// <summary>Further identifiers of a field are not read.</summary>
    private const int Most = 1000;

    public static string? First(string? text)
    {
        if (text is null)
            return null;
        foreach (var id in All(text))
            return id;
        return null;
    }

    public static IReadOnlyList<string> List(string? text) => text is null ? [] : [.. All(text).Take(Most)];

    private static IEnumerable<string> All(string text)
    {
        var position = 0;
        while (position < text.Length)
        {
            var open = text.IndexOf('<', position);
            foreach (var bare in Bare(text, position, open < 0 ? text.Length : open))
                yield return bare;
            if (open < 0)
                yield break;
            var close = text.IndexOf('>', open);
            var end = close < 0 ? text.Length : close;
            var id = text[(open + 1)..end].Trim();
            if (id.Contains(' ', StringComparison.Ordinal))
                id = id.Replace(" ", "", StringComparison.Ordinal);
            if (id.Length > 0)
                yield return id;
            position = end + 1;
        }
    }

    /// <summary>Identifiers without brackets. The words of a phrase (the obsolete form of In-Reply-To) have no "@".</summary>
    private static IEnumerable<string> Bare(string text, int start, int end)
    {
        if (start == 0 && end == text.Length && !text.Contains('@', StringComparison.Ordinal)
            && !text.Contains(' ', StringComparison.Ordinal))
        {
            var whole = text.Trim();
            if (whole.Length > 0)
                yield return whole;
            yield break;
        }
        foreach (var word in text[start..end].Split([' ', '\t', ',', ';'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.Contains('@', StringComparison.Ordinal))
                yield return word.Trim('"', '>');
        }
    }
}
