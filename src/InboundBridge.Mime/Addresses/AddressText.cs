using System.Buffers;
using System.Text;
using InboundBridge.Mime.Headers;

namespace InboundBridge.Mime.Addresses;

/// <summary>Cleans an addr-spec as the mail writes it.</summary>
internal static class AddressText
{
    private static readonly SearchValues<char> CleanDomain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._");

    /// <summary>
    /// Without comments, source route, <c>mailto:</c> and white space; the domain in lower case. Empty where nothing is left.
    /// </summary>
    public static string Clean(string text)
    {
        text = CommentText.Remove(text).Trim();
        // RFC 5322 §4.4: "@a,@b:user@example.com"
        if (text.StartsWith('@') && text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            text = text[(colon + 1)..];
        if (text.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
            text = text["mailto:".Length..].Split('?')[0];
        text = text.Trim(' ', '\t', '<', '>', '\'', '`', '\u201c', '\u201d', '\u2018', '\u2019', '\u00a0');
        // An address literal follows "@"; brackets elsewhere are decoration.
        if (text is ['[' or '{', ..] || (text is [.., ']' or '}'] && !text.Contains('[', StringComparison.Ordinal)))
            text = text.Trim('[', ']', '{', '}', ' ');
        if (text.Length > 2 && text[0] == '"' && text[^1] == '"' && text.Contains('@', StringComparison.Ordinal))
            text = text[1..^1];
        if (text.Contains("=?", StringComparison.Ordinal))
            text = EncodedWords.Decode(text);
        var at = text.LastIndexOf('@');
        if (at < 0)
            return WithoutSpace(text);
        if (IsClean(text.AsSpan(0, at), text.AsSpan(at + 1)))
            return text;
        var local = text[..at].Trim();
        return (local.StartsWith('"') ? local : WithoutSpace(local)) + "@" + WithoutSpace(text[(at + 1)..]).TrimEnd('.').ToLowerInvariant();
    }

    private static bool IsClean(ReadOnlySpan<char> local, ReadOnlySpan<char> domain) =>
        domain is [.., not '.'] && !domain.ContainsAnyExcept(CleanDomain) && local.IndexOfAny(" \t") < 0
            && local.Trim().Length == local.Length;

    private static string WithoutSpace(string text)
    {
        if (text.AsSpan().IndexOfAny(" \t") < 0)
            return text;
        var result = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (character is not (' ' or '\t'))
                result.Append(character);
        }
        return result.ToString();
    }
}
