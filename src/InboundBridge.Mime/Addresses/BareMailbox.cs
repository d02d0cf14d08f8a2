using InboundBridge.Mime.Headers;

namespace InboundBridge.Mime.Addresses;

/// <summary>An address without angle brackets of its own, perhaps with words around it.</summary>
internal static class BareMailbox
{
    /// <summary>True where the text contains white space that no neighbouring dot or "@" explains.</summary>
    public static bool HasWords(string text)
    {
        if (text.AsSpan().Trim(" \t").IndexOfAny(" \t") < 0 || text.Contains('"', StringComparison.Ordinal)
            || text.Contains('(', StringComparison.Ordinal))
            return false;
        var words = Words(text);
        return words.Length > 1 && !IsSpaced(words) && Holder(words) >= 0;
    }

    public static (string Name, string Address) Read(string text)
    {
        if (text.Contains("=?", StringComparison.Ordinal))
            text = EncodedWords.Decode(text);
        var local = text.StartsWith('"') ? text.LastIndexOf('"') : 0;
        var words = local > 0 ? [text] : Words(text);
        var holder = Holder(words);
        // "user @ example.com": RFC 5322 §4.4 allows white space between the atoms.
        if (words.Length > 1 && (holder < 0 || IsSpaced(words)))
            return ("", AddressText.Clean(string.Concat(words)));
        return holder < 0 ? (text, "") : (string.Join(' ', words.Where((_, index) => index != holder)), AddressText.Clean(words[holder]));
    }

    private static string[] Words(string text) => text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private static int Holder(string[] words) => Array.FindIndex(words, word => word.Contains('@', StringComparison.Ordinal)
        && word.Length > 1);

    private static bool IsSpaced(string[] words) => Holder(words) is var holder && (holder < 0 || words[holder].StartsWith('@')
        || words[holder].EndsWith('@') || words.All(IsAtomRun));

    private static bool IsAtomRun(string word) => word is "." or "@" || word.StartsWith('.') || word.EndsWith('.')
        || word.Contains('@', StringComparison.Ordinal);
}
