using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using InboundBridge.Rules.Facts;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Patterns;

/// <summary>An IP address within a network: <c>192.0.2.0/24</c>, <c>2001:db8::/32</c>, or one address.</summary>
internal sealed class AddressRangePattern(IPNetwork network) : ValuePattern
{
    public static AddressRangePattern? Compile(string text, SourcePosition position, SourceProblems problems)
    {
        text = text.Trim();
        if (TryRead(text, out var address))
            return new AddressRangePattern(new IPNetwork(address, address.GetAddressBytes().Length * 8));
        // A host part within the prefix (10.1.2.3/8) is a mistake: it may mean the host or its network.
        if (IPNetwork.TryParse(text, out var network)
            && text.StartsWith(network.BaseAddress.ToString(), StringComparison.OrdinalIgnoreCase))
            return new AddressRangePattern(network);
        var hint = text.Split('/') is [var host, var bits] && TryRead(host, out var inside) && int.TryParse(bits, out var length)
            && length >= 0 && length <= inside.GetAddressBytes().Length * 8
            ? $"the network is {Base(inside, length)}/{length}"
            : "as in 192.0.2.0/24 or 2001:db8::/32";
        problems.Error(position, $"'{text}' is not an address or a network", hint);
        return null;
    }

    /// <summary>
    /// An address as everybody reads it: an IPv4 address has four decimal numbers without leading zeros, an IPv6 address no brackets and no
    /// scope. The platform's parser reads 1.2.3 as 1.2.0.3, and 010.0.0.1 as 8.0.0.1.
    /// </summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out IPAddress? address) => IPAddress.TryParse(text, out address)
        && (address.AddressFamily == AddressFamily.InterNetworkV6 ? !text.AsSpan().ContainsAny('[', '%', '/') : text == address.ToString());

    public override bool Matches(in FactValue value, PatternContext context)
    {
        if (value.Shape != FactShape.Text || !IPAddress.TryParse(value.Text, out var address))
            return false;
        return network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
    }

    private static IPAddress Base(IPAddress address, int length)
    {
        var octets = address.GetAddressBytes();
        for (var bit = length; bit < octets.Length * 8; bit++)
            octets[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPAddress(octets);
    }
}
