using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Wire;

internal enum ProxyHeaderStatus
{
    Incomplete,
    Valid,
    Invalid,
}

/// <summary>The header of the PROXY protocol, versions 1 and 2 (HAProxy's proxy-protocol.txt).</summary>
/// <param name="Source">
/// Null when the connection is the proxy's own (LOCAL) or its address is unknown (UNKNOWN); then the real peer's address counts.
/// </param>
internal readonly record struct ProxyHeader(IPEndPoint? Source, IPEndPoint? Destination)
{
    /// <summary>§2.1: the longest line of version 1, CRLF included.</summary>
    private const int LongestLine = 107;

    /// <summary>Octets of the header with addresses and TLVs; §2.2 allows 64 KiB, which no proxy sends.</summary>
    public const int LongestBlock = 16 + 8 * 1024;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    private static ReadOnlySpan<byte> Word => "PROXY "u8;

    public static ProxyHeaderStatus Parse(ReadOnlySpan<byte> octets, out ProxyHeader header, out int consumed)
    {
        header = default;
        consumed = 0;
        if (octets.IsEmpty)
            return ProxyHeaderStatus.Incomplete;
        if (octets[0] == Word[0])
            return ParseLine(octets, out header, out consumed);
        var known = Math.Min(octets.Length, Signature.Length);
        if (!octets[..known].SequenceEqual(Signature[..known]))
            return ProxyHeaderStatus.Invalid;
        return octets.Length < 16 ? ProxyHeaderStatus.Incomplete : ParseBlock(octets, out header, out consumed);
    }

    private static ProxyHeaderStatus ParseLine(ReadOnlySpan<byte> octets, out ProxyHeader header, out int consumed)
    {
        header = default;
        consumed = 0;
        var known = Math.Min(octets.Length, Word.Length);
        if (!octets[..known].SequenceEqual(Word[..known]))
            return ProxyHeaderStatus.Invalid;
        var newline = octets[..Math.Min(octets.Length, LongestLine)].IndexOf((byte)'\n');
        if (newline < 0)
            return octets.Length >= LongestLine ? ProxyHeaderStatus.Invalid : ProxyHeaderStatus.Incomplete;
        if (octets[newline - 1] != '\r' || !Ascii.IsValid(octets[..newline]))
            return ProxyHeaderStatus.Invalid;
        consumed = newline + 1;
        var text = Encoding.ASCII.GetString(octets[Word.Length..(newline - 1)]);
        if (text == "UNKNOWN" || text.StartsWith("UNKNOWN ", StringComparison.Ordinal))
            return ProxyHeaderStatus.Valid;
        var words = text.Split(' ');
        if (words.Length != 5 || words[0] is not ("TCP4" or "TCP6"))
            return ProxyHeaderStatus.Invalid;
        var family = words[0] == "TCP4" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        if (EndPoint(words[1], words[3], family) is not { } source || EndPoint(words[2], words[4], family) is not { } destination)
            return ProxyHeaderStatus.Invalid;
        header = new ProxyHeader(source, destination);
        return ProxyHeaderStatus.Valid;
    }

    private static IPEndPoint? EndPoint(string address, string port, AddressFamily family)
    {
        if (!IpAddressText.TryParse(address, out var ip) || ip.AddressFamily != family)
            return null;
        // ushort.TryParse accepts NULs after a number.
        if ((port.Length > 1 && port[0] == '0') || !port.All(char.IsAsciiDigit))
            return null;
        return ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new IPEndPoint(ip, number) : null;
    }

    private static ProxyHeaderStatus ParseBlock(ReadOnlySpan<byte> octets, out ProxyHeader header, out int consumed)
    {
        header = default;
        consumed = 0;
        var version = octets[12] >> 4;
        var command = octets[12] & 0x0F;
        var family = octets[13] >> 4;
        var transport = octets[13] & 0x0F;
        var length = BinaryPrimitives.ReadUInt16BigEndian(octets[14..]);
        if (version != 2 || command > 1 || 16 + length > LongestBlock)
            return ProxyHeaderStatus.Invalid;
        // §2.2: families up to AF_UNIX, transports up to DGRAM; SMTP is never a datagram.
        if (command == 1 && (family > 3 || transport > 1))
            return ProxyHeaderStatus.Invalid;
        var addressLength = command == 0 || transport == 0 ? 0 : family switch { 1 => 12, 2 => 36, 3 => 216, _ => 0 };
        if (length < addressLength)
            return ProxyHeaderStatus.Invalid;
        if (octets.Length < 16 + length)
            return ProxyHeaderStatus.Incomplete;
        consumed = 16 + length;
        var block = octets[16..];
        if (addressLength == 12)
            header = new ProxyHeader(Binary(block[..4], block[8..]), Binary(block[4..8], block[10..]));
        else if (addressLength == 36)
            header = new ProxyHeader(Binary(block[..16], block[32..]), Binary(block[16..32], block[34..]));
        return ProxyHeaderStatus.Valid;
    }

    private static IPEndPoint Binary(ReadOnlySpan<byte> address, ReadOnlySpan<byte> port) =>
        new(new IPAddress(address), BinaryPrimitives.ReadUInt16BigEndian(port));
}
