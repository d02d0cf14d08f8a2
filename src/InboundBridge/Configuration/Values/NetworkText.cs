using System.Net;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Configuration.Values;

/// <summary>A network as <c>10.0.0.0/8</c> or <c>2001:db8::/32</c>; a bare address is a network of one.</summary>
internal static class NetworkText
{
    public const string Examples = "such as 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32";

    public static bool TryParse(string text, out IPNetwork value)
    {
        value = default;
        // The library reads 10.1.2.3/8 as 10.0.0.0/8, but the author may have meant something else.
        if (IPNetwork.TryParse(text, out value))
            return IpAddressText.TryParse(text.AsSpan(0, text.IndexOf('/', StringComparison.Ordinal)), out var start)
                && start.Equals(value.BaseAddress);
        if (!IpAddressText.TryParse(text, out var address))
            return false;
        value = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return true;
    }

    /// <summary>The likely meaning of a network that has bits set behind its prefix (<c>10.1.2.3/8</c>).</summary>
    public static string? Hint(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IpAddressText.TryParse(text.AsSpan(0, slash), out var address)
            || !int.TryParse(text.AsSpan(slash + 1), out var bits))
            return Examples;
        var octets = address.GetAddressBytes();
        if (bits < 0 || bits > octets.Length * 8)
            return Examples;
        for (var bit = bits; bit < octets.Length * 8; bit++)
            octets[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return $"did you mean '{new IPAddress(octets)}/{bits}'?";
    }
}
