using System.Buffers;

namespace InboundBridge.Smtp.Protocol;

/// <summary>
/// Address literals in EHLO and HELO. Many clients make harmless mistakes: an IPv6 address without its tag or with a zone (<c>%en0</c>), an
/// IPv4 address with a tag, a host name in brackets.
/// </summary>
internal static class HelloLiteral
{
    private const string V6 = "IPv6:";
    private const string V4 = "IPv4:";

    /// <summary>RFC 4007 §11 does not restrict zone names; these are the unreserved characters of RFC 3986, as in RFC 6874.</summary>
    private static readonly SearchValues<char> ZoneCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~");

    /// <summary>The name as the Received field shows it: literals in the form of RFC 5321 §4.1.3, everything else unchanged.</summary>
    public static string InHeader(string hello) => hello is ['[', ..] ? Canonical(hello) ?? hello : hello;

    /// <summary>The literal in the form of RFC 5321 §4.1.3; null when it is not one.</summary>
    public static string? Canonical(ReadOnlySpan<char> text)
    {
        if (text is not ['[', _, .., ']'])
            return null;
        var inner = text[1..^1];
        if (inner.StartsWith(V4, StringComparison.OrdinalIgnoreCase))
            return SmtpDomain.IsDottedQuad(inner[V4.Length..]) ? $"[{inner[V4.Length..]}]" : null;
        if (SmtpDomain.IsDottedQuad(inner))
            return text.ToString();
        if (inner.Contains(':'))
            return Version6(inner.StartsWith(V6, StringComparison.OrdinalIgnoreCase) ? inner[V6.Length..] : inner);
        // A host name in brackets, such as [localhost]. Without letters it would be a malformed address.
        return inner.ContainsAnyInRange('A', 'Z') || inner.ContainsAnyInRange('a', 'z') ? SmtpDomain.Canonical(inner) : null;
    }

    private static string? Version6(ReadOnlySpan<char> address)
    {
        // A zone has a meaning only on the client's own machine.
        var zone = address.IndexOf('%');
        if (zone >= 0)
        {
            if (zone == address.Length - 1 || address[(zone + 1)..].ContainsAnyExcept(ZoneCharacters))
                return null;
            address = address[..zone];
        }
        return IpAddressText.TryParseIpv6(address, out var ip) ? $"[{V6}{ip}]" : null;
    }
}
