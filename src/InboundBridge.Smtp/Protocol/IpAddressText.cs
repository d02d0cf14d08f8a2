using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace InboundBridge.Smtp.Protocol;

/// <summary>
/// Reads IP addresses that people and peers write. The platform's parser reads more: <c>1.2.3</c> as 1.2.0.3, <c>1</c> as 0.0.0.1,
/// <c>010.0.0.1</c> as 8.0.0.1, hexadecimal numbers, brackets, scopes. What other programs read as another address is not an address here.
/// </summary>
public static class IpAddressText
{
    public const string Examples = "such as 192.0.2.1 or 2001:db8::1";

    private static readonly SearchValues<char> Ipv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>Four decimal numbers without leading zeros, or an IPv6 address without brackets and scope.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        if (!SmtpDomain.IsDottedQuad(text) && !IsIpv6(text))
            return false;
        if (!IPAddress.TryParse(text, out var parsed))
            return false;
        address = parsed;
        return true;
    }

    /// <summary>An end of this machine's: an IPv6 address may also have a scope, as in <c>fe80::1%eth0</c>.</summary>
    public static bool TryParseLocal(ReadOnlySpan<char> text, out IPAddress address)
    {
        var scope = text.IndexOf('%');
        if (scope < 0)
            return TryParse(text, out address);
        address = IPAddress.None;
        var name = text[(scope + 1)..];
        if (name.IsEmpty || name.ContainsAny('%', '/', ']') || !IsIpv6(text[..scope]) || !IPAddress.TryParse(text, out var parsed))
            return false;
        address = parsed;
        return true;
    }

    /// <summary>An IPv6 address without brackets and scope.</summary>
    public static bool TryParseIpv6(ReadOnlySpan<char> text, out IPAddress address) =>
        TryParse(text, out address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>It may end with an IPv4 address (RFC 4291 §2.2).</summary>
    private static bool IsIpv6(ReadOnlySpan<char> text)
    {
        var colon = text.LastIndexOf(':');
        return colon >= 0 && !text.ContainsAnyExcept(Ipv6Characters)
            && (!text.Contains('.') || SmtpDomain.IsDottedQuad(text[(colon + 1)..]));
    }
}
