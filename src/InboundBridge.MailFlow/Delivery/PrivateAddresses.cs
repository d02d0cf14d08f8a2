using System.Net;
using System.Net.Sockets;

namespace InboundBridge.MailFlow.Delivery;

/// <summary>
/// The addresses that we don't connect to when the mail decides the host (of a URL, or of a recipient's domain): everything outside the
/// public unicast internet (the special-purpose registries of RFC 6890). Otherwise a sender could make us talk to this machine, to its
/// network, or to a cloud's metadata service (server-side request forgery).
/// </summary>
internal static class PrivateAddresses
{
    private static readonly IPNetwork[] Refused =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>The special ranges within 2000::/3, which is the only part of IPv6 that is allocated for global unicast.</summary>
    private static readonly IPNetwork[] RefusedGlobal = [.. new[] { "2001::/23", "2001:db8::/32", "3fff::/20" }.Select(IPNetwork.Parse)];

    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    public static bool Contains(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return Refused.Any(network => network.Contains(address));
        if (address.IsIPv4MappedToIPv6)
            return Contains(address.MapToIPv4());
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out _);
        // NAT64 (RFC 6052) and 6to4 (RFC 3056) contain the IPv4 address that is finally connected to.
        if (Translated.Contains(address))
            return Contains(new IPAddress(octets[12..]));
        if (SixToFour.Contains(address))
            return Contains(new IPAddress(octets[2..6]));
        return !Global.Contains(address) || RefusedGlobal.Any(network => network.Contains(address));
    }
}
