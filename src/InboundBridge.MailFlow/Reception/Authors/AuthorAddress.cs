using System.Buffers;
using System.Text;
using InboundBridge.MailFlow.SenderAuthentication.Domains;

namespace InboundBridge.MailFlow.Reception.Authors;

/// <summary>The two parts of an address that all programs read alike.</summary>
internal static class AuthorAddress
{
    /// <summary>RFC 5322 §3.2.3, and the dot, wherever it stands: providers exist that gave such addresses to people.</summary>
    private static readonly SearchValues<char> Atom =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~.");

    /// <summary>What DNS names consist of, and the underscore, which exists in them.</summary>
    private static readonly SearchValues<char> Name = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <param name="isUtf8">The field is valid UTF-8, so that letters beyond ASCII are letters (RFC 6532).</param>
    public static bool IsLocalPart(ReadOnlySpan<char> text, bool isUtf8)
    {
        if (text is ['"', .., '"'] and { Length: > 2 })
        {
            // A quoted string may hold anything, an at sign too. Programs read alike what needs no quotes but for a blank.
            foreach (var part in text[1..^1].Split(' '))
            {
                if (!IsAtom(text[1..^1][part], isUtf8))
                    return false;
            }
            return true;
        }
        return IsAtom(text, isUtf8);
    }

    /// <summary>Canonical; null where it is no name, or where programs see another name in it.</summary>
    public static string? Domain(ReadOnlySpan<char> text, bool isUtf8)
    {
        if (!Ascii.IsValid(text) && !(isUtf8 && IsVisible(text)))
            return null;
        return DomainName.Canonical(text.ToString()) is { } name && text.Trim().Length == text.Length
            && !name.AsSpan().ContainsAnyExcept(Name) && !name.StartsWith('.') && !name.EndsWith('.')
            && !name.Contains("..", StringComparison.Ordinal) && ALabel.AreHonest(name) ? name : null;
    }

    /// <summary>An encoded word has no place in an address (RFC 2047 §5), but programs decode it all the same.</summary>
    private static bool IsAtom(ReadOnlySpan<char> text, bool isUtf8)
    {
        foreach (var character in text)
        {
            if (!Atom.Contains(character) && (char.IsAscii(character) || !isUtf8))
                return false;
        }
        return (Ascii.IsValid(text) || IsVisible(text)) && !text.Contains("=?", StringComparison.Ordinal);
    }

    /// <summary>Of what is beyond ASCII.</summary>
    private static bool IsVisible(ReadOnlySpan<char> text)
    {
        // What is no valid UTF-16 is enumerated as U+FFFD.
        foreach (var rune in text.EnumerateRunes())
        {
            if (!rune.IsAscii && InvisibleRune.Is(rune))
                return false;
        }
        return true;
    }
}
