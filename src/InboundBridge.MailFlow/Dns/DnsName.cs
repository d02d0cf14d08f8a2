using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace InboundBridge.MailFlow.Dns;

/// <summary>Names between their two forms: dotted text and labels on the wire (RFC 1035 §2.3.4, §3.1).</summary>
public static class DnsName
{
    internal const int LongestOnWire = 255;
    private const int LongestLabel = 63;

    /// <summary>The name under which an address's PTR record stands (RFC 1035 §3.5, RFC 3596 §2.5).</summary>
    public static string Reverse(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var octets = address.GetAddressBytes();
        Array.Reverse(octets);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? string.Join('.', octets) + ".in-addr.arpa"
            : string.Concat(octets.Select(octet => string.Create(CultureInfo.InvariantCulture, $"{octet & 15:x}.{octet >> 4:x}.")))
                + "ip6.arpa";
    }

    /// <summary>Without the last dot; the root stays a dot.</summary>
    internal static string Trim(string name) => name.Length > 1 && name[^1] == '.' && name[^2] != '.' ? name[..^1] : name;

    /// <summary>
    /// Null when the text can't be a name: an empty or too long label, too long in all, or not ASCII. Escapes are not read: no name that
    /// mail asks for has one.
    /// </summary>
    internal static byte[]? ToWire(string name)
    {
        name = Trim(name);
        if (name.Length is 0 or > LongestOnWire * 4 || !Ascii.IsValid(name) || name.Contains('\\', StringComparison.Ordinal))
            return null;
        var wire = new List<byte>(name.Length + 2);
        if (name != ".")
        {
            foreach (var label in name.Split('.'))
            {
                if (label.Length is 0 or > LongestLabel)
                    return null;
                wire.Add((byte)label.Length);
                wire.AddRange(Encoding.ASCII.GetBytes(label));
            }
        }
        wire.Add(0);
        return wire.Count <= LongestOnWire ? [.. wire] : null;
    }

    /// <summary>
    /// One label as text in lower case. Dots, backslashes and octets that are not printable are escaped (RFC 4343 §2.1). The case of the
    /// letters means nothing: our queries mix it.
    /// </summary>
    internal static void AppendLabel(StringBuilder name, ReadOnlySpan<byte> label)
    {
        foreach (var octet in label)
        {
            if (octet is (byte)'.' or (byte)'\\')
                name.Append('\\').Append((char)octet);
            else if (octet is > 32 and < 127)
                name.Append(char.ToLowerInvariant((char)octet));
            else
                name.Append(CultureInfo.InvariantCulture, $"\\{octet:D3}");
        }
    }
}
