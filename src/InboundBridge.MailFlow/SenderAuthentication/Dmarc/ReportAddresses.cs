using System.Buffers;

namespace InboundBridge.MailFlow.SenderAuthentication.Dmarc;

/// <summary>The tag <c>rua</c> (RFC 9989 §4.8 dmarc-urilist).</summary>
internal static class ReportAddresses
{
    /// <summary>Digits of the largest 64-bit number.</summary>
    private const int MostDigits = 19;

    /// <summary>RFC 3986 §2.2 and §2.3, and the percent sign. Comma and exclamation mark must be encoded (RFC 9989 §4.8).</summary>
    private static readonly SearchValues<char> UriCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@$&'()*+=%");

    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    /// <summary>Whether at least one of the addresses is a URI.</summary>
    public static bool HasAny(string? list)
    {
        if (list is null)
            return false;
        foreach (var range in list.AsSpan().Split(','))
        {
            if (IsUri(list.AsSpan(range).Trim(" \t")))
                return true;
        }
        return false;
    }

    private static bool IsUri(ReadOnlySpan<char> text)
    {
        var size = text.IndexOf('!');
        if (size >= 0)
        {
            if (!IsSize(text[(size + 1)..]))
                return false;
            text = text[..size];
        }
        var colon = text.IndexOf(':');
        return colon > 0 && colon + 1 < text.Length
            && char.IsAsciiLetter(text[0]) && !text[..colon].ContainsAnyExcept(SchemeCharacters)
            && !text[(colon + 1)..].ContainsAnyExcept(UriCharacters);
    }

    /// <summary>The largest report, which older records ask for after an exclamation mark (RFC 7489 §6.2): <c>10m</c>.</summary>
    private static bool IsSize(ReadOnlySpan<char> text)
    {
        if (text is [.., var unit] && char.ToLowerInvariant(unit) is 'k' or 'm' or 'g' or 't')
            text = text[..^1];
        return text.Length is > 0 and <= MostDigits && !text.ContainsAnyExceptInRange('0', '9');
    }
}
