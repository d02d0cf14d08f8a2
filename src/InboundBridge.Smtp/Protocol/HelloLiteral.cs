using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace InboundBridge.Smtp.Protocol;

/// <summary>
/// Address literals in EHLO and HELO. Clients get them wrong in ways that do no harm: an IPv6 address without its tag or with a zone (<c>%en0</c>), an IPv4
/// address with one, a host's name between brackets.
/// </summary>
internal static class HelloLiteral
{
    private const string V6 = "IPv6:";
    private const string V4 = "IPv4:";

    /// <summary>RFC 4007 §11 leaves a zone's name open; these are the unreserved characters of RFC 3986, as RFC 6874 has it.</summary>
    private static readonly SearchValues<char> ZoneCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~");

    /// <summary>What a trace field says of this greeting: literals as RFC 5321 §4.1.3 has them, everything else as it is.</summary>
    public static string InHeader(string hello) => hello is ['[', ..] ? Canonical(hello) ?? hello : hello;

    /// <summary>As it may stand in a header field; null: it can't.</summary>
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
        // [localhost]: a name after all. One that is all digits would be an address, and a wrong one.
        return inner.ContainsAnyInRange('A', 'Z') || inner.ContainsAnyInRange('a', 'z') ? SmtpDomain.Canonical(inner) : null;
    }

    private static string? Version6(ReadOnlySpan<char> address)
    {
        // A zone means something on the client's machine only.
        var zone = address.IndexOf('%');
        if (zone >= 0)
        {
            if (zone == address.Length - 1 || address[(zone + 1)..].ContainsAnyExcept(ZoneCharacters))
                return null;
            address = address[..zone];
        }
        if (address.ContainsAny('[', '/', ']') || !IPAddress.TryParse(address, out var ip) || ip.AddressFamily != AddressFamily.InterNetworkV6)
            return null;
        return $"[{V6}{ip}]";
    }
}
