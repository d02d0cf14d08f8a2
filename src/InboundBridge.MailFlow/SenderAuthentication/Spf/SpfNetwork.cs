using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>The network of an <c>ip4</c> or <c>ip6</c> term (RFC 7208 §5.6).</summary>
/// <param name="Bits">Of the address; an IPv4 address fills the lowest 32.</param>
internal readonly record struct SpfNetwork(bool IsIpv6, UInt128 Bits, int Prefix)
{
    public const int Ipv4Length = 32;
    public const int Ipv6Length = 128;

    private static readonly SearchValues<char> Ipv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    public bool Holds(UInt128 address)
    {
        var free = (IsIpv6 ? Ipv6Length : Ipv4Length) - Prefix;
        return free == Ipv6Length || (address ^ Bits) >> free == UInt128.Zero;
    }

    public static UInt128 ToBits(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out var length);
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? BinaryPrimitives.ReadUInt128BigEndian(octets[..length])
            : BinaryPrimitives.ReadUInt32BigEndian(octets);
    }

    /// <param name="text">Behind <c>ip4:</c> or <c>ip6:</c>, an address with or without a prefix length.</param>
    public static SpfNetwork? Read(bool isIpv6, ReadOnlySpan<char> text)
    {
        var prefix = isIpv6 ? Ipv6Length : Ipv4Length;
        if (text.IndexOf('/') is >= 0 and var slash)
        {
            if (SpfPrefixes.Read(text[(slash + 1)..], prefix) is not { } given)
                return null;
            prefix = given;
            text = text[..slash];
        }
        var address = isIpv6 ? ReadIpv6(text) : ReadIpv4(text);
        return address is { } bits ? new SpfNetwork(isIpv6, bits, prefix) : null;
    }

    /// <summary>Four decimal numbers without leading zeros; the platform's parser takes hexadecimal, octal and shorter forms too.</summary>
    private static UInt128? ReadIpv4(ReadOnlySpan<char> text)
    {
        uint bits = 0;
        var numbers = 0;
        foreach (var range in text.Split('.'))
        {
            if (SpfPrefixes.Read(text[range], byte.MaxValue) is not { } number || ++numbers > 4)
                return null;
            bits = (bits << 8) | (uint)number;
        }
        return numbers == 4 ? bits : null;
    }

    /// <summary>The platform's parser takes brackets and scopes too, which are not in the grammar.</summary>
    private static UInt128? ReadIpv6(ReadOnlySpan<char> text) =>
        !text.ContainsAnyExcept(Ipv6Characters) && text.Contains(':') && IPAddress.TryParse(text, out var address)
            && address.AddressFamily == AddressFamily.InterNetworkV6
            ? ToBits(address) : null;
}
