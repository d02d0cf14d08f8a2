using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace InboundBridge.MailFlow.Dns;

/// <summary>Names between their two forms: dotted text and labels on the wire (RFC 1035 §2.3.4, §3.1).</summary>
public static class DnsName
{
    internal const int LongestOnWire = 255;

    /// <summary>Characters of a name whose octets are all escaped.</summary>
    internal const int LongestText = LongestOnWire * 4;

    private const int LongestLabel = 63;

    /// <summary>The name under which an address's PTR record stands (RFC 1035 §3.5, RFC 3596 §2.5).</summary>
    public static string Reverse(IPAddress address) =>
        ReverseLabels(address)
        + (address.IsIPv4MappedToIPv6 || address.AddressFamily == AddressFamily.InterNetwork ? ".in-addr.arpa" : ".ip6.arpa");

    /// <summary>
    /// The numbers of an IPv4 address, or the hexadecimal digits of an IPv6 address, in reverse order with dots between: as PTR records and
    /// DNS lists (RFC 5782 §2.1, §2.4) have them. An IPv4 address mapped into IPv6 counts as IPv4.
    /// </summary>
    public static string ReverseLabels(IPAddress address)
    {
        var octets = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
        Array.Reverse(octets);
        return octets.Length == 4
            ? string.Join('.', octets)
            : string.Join('.', octets.Select(octet => string.Create(CultureInfo.InvariantCulture, $"{octet & 15:x}.{octet >> 4:x}")));
    }

    /// <summary>Without the last dot; the root stays a dot.</summary>
    public static string Trim(string name) => name.Length > 1 && name[^1] == '.' && name[^2] != '.' ? name[..^1] : name;

    /// <summary>
    /// Whether the text can be a name: no label is empty or too long, nor the whole, and all is ASCII. Escapes are not read: no name that
    /// mail asks for has one.
    /// </summary>
    public static bool IsName(ReadOnlySpan<char> name)
    {
        if (name is ".")
            return true;
        if (name.Length > 1 && name[^1] == '.')
            name = name[..^1];
        // On the wire each label has one octet in front, instead of its dot, and the root follows.
        if (name.Length is 0 or > LongestOnWire - 2 || name.Contains('\\') || !Ascii.IsValid(name))
            return false;
        while (name.IndexOf('.') is >= 0 and var dot)
        {
            if (dot is 0 or > LongestLabel)
                return false;
            name = name[(dot + 1)..];
        }
        return name.Length is > 0 and <= LongestLabel;
    }

    /// <summary>Null when the text is no name.</summary>
    internal static byte[]? ToWire(ReadOnlySpan<char> name)
    {
        if (!IsName(name))
            return null;
        if (name[^1] == '.')
            name = name[..^1];
        if (name.Length == 0)
            return [0];
        var wire = new byte[name.Length + 2];
        Encoding.ASCII.GetBytes(name, wire.AsSpan(1));
        var label = 0;
        for (var at = 0; at <= name.Length; at++)
        {
            if (at < name.Length && name[at] != '.')
                continue;
            wire[label] = (byte)(at - label);
            label = at + 1;
        }
        return wire;
    }

    /// <summary>The name as records show it. Most names stay as they are.</summary>
    /// <param name="name">A name by <see cref="IsName"/>.</param>
    internal static string Escape(string name)
    {
        if (!name.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return name;
        Span<char> text = stackalloc char[LongestText];
        Span<byte> octet = stackalloc byte[1];
        var length = 0;
        foreach (var c in name)
        {
            octet[0] = (byte)c;
            if (c == '.')
                text[length++] = c;
            else
                length += WriteLabel(octet, text[length..]);
        }
        return new string(text[..length]);
    }

    /// <summary>
    /// One label as text in lower case. Dots, backslashes and octets that are not printable are escaped (RFC 4343 §2.1). The case of the
    /// letters means nothing: our queries mix it.
    /// </summary>
    /// <param name="text">Has room for four characters an octet.</param>
    /// <returns>The number of characters.</returns>
    internal static int WriteLabel(ReadOnlySpan<byte> label, Span<char> text)
    {
        var length = 0;
        foreach (var octet in label)
        {
            if (octet is > 32 and < 127 && octet is not ((byte)'.' or (byte)'\\'))
            {
                text[length++] = char.ToLowerInvariant((char)octet);
                continue;
            }
            text[length++] = '\\';
            if (octet is > 32 and < 127)
            {
                text[length++] = (char)octet;
                continue;
            }
            text[length++] = (char)('0' + (octet / 100));
            text[length++] = (char)('0' + (octet / 10 % 10));
            text[length++] = (char)('0' + (octet % 10));
        }
        return length;
    }
}
