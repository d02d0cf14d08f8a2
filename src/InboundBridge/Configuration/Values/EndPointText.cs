using System.Globalization;
using System.Net;
using System.Net.Sockets;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Configuration.Values;

/// <summary>
/// Where to listen or connect: <c>0.0.0.0:25</c>, <c>[::]:25</c>, <c>localhost:2525</c>, <c>host.example:24</c>, <c>unix:/path</c>.
/// </summary>
internal static class EndPointText
{
    public const string Examples = "such as 0.0.0.0:25, [::]:25, localhost:2525 or unix:/run/socket";

    /// <summary>sun_path of Linux, without its final zero.</summary>
    private const int LongestSocketPath = 107;

    /// <summary>
    /// An <see cref="IPEndPoint"/>, <see cref="DnsEndPoint"/> or
    /// <see cref="UnixDomainSocketEndPoint"/>; the caller makes a socket's path absolute.
    /// </summary>
    public static bool TryParse(string text, out EndPoint value)
    {
        value = new IPEndPoint(IPAddress.None, 0);
        if (text.StartsWith("unix:", StringComparison.Ordinal))
        {
            var path = text[5..];
            if (path.Length == 0 || System.Text.Encoding.UTF8.GetByteCount(path) > LongestSocketPath
                || path.Contains('\0', StringComparison.Ordinal))
                return false;
            value = new UnixDomainSocketEndPoint(path);
            return true;
        }
        var colon = text.LastIndexOf(':');
        if (colon < 1 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        var host = text[..colon];
        if (host is ['[', .., ']'])
        {
            if (!IpAddressText.TryParseLocal(host.AsSpan()[1..^1], out var v6) || v6.AddressFamily != AddressFamily.InterNetworkV6)
                return false;
            value = new IPEndPoint(v6, port);
            return true;
        }
        if (IpAddressText.TryParse(host, out var v4) && v4.AddressFamily == AddressFamily.InterNetwork)
            value = new IPEndPoint(v4, port);
        else if (HostNameText.TryParse(host, out var name))
            value = new DnsEndPoint(name, port);
        else
            return false;
        return true;
    }

    /// <summary>True when only this machine can connect to it.</summary>
    public static bool IsLoopback(EndPoint endPoint) => endPoint switch
    {
        IPEndPoint ip => IPAddress.IsLoopback(ip.Address),
        DnsEndPoint dns => dns.Host == "localhost",
        UnixDomainSocketEndPoint => true,
        _ => false,
    };

    /// <summary>
    /// True when a machine can't listen on both: the same socket, or the same port where one of them covers the other's address (port 0
    /// means a free port, so it never collides).
    /// </summary>
    public static bool Collide(EndPoint one, EndPoint other)
    {
        if (one is UnixDomainSocketEndPoint || other is UnixDomainSocketEndPoint)
            return one is UnixDomainSocketEndPoint && other is UnixDomainSocketEndPoint && Format(one) == Format(other);
        var (first, second) = (AddressesOf(one), AddressesOf(other));
        return first.Port == second.Port && first.Port != 0
            && first.Addresses.Any(
                address =>
                    second.Addresses.Any(
                        candidate => address.Equals(candidate) || Covers(address, candidate) || Covers(candidate, address)));
    }

    private static (IPAddress[] Addresses, int Port) AddressesOf(EndPoint endPoint) => endPoint switch
    {
        IPEndPoint ip => ([ip.Address], ip.Port),
        DnsEndPoint name => ([IPAddress.Loopback, IPAddress.IPv6Loopback], name.Port),
        _ => ([], 0),
    };

    /// <summary>True when the address to listen on includes the other one; [::] includes IPv4.</summary>
    private static bool Covers(IPAddress all, IPAddress one) =>
        all.Equals(IPAddress.IPv6Any) || (all.Equals(IPAddress.Any) && one.AddressFamily == AddressFamily.InterNetwork);

    /// <summary>As it is written in a configuration.</summary>
    public static string Format(EndPoint endPoint) => endPoint switch
    {
        DnsEndPoint dns => string.Create(CultureInfo.InvariantCulture, $"{dns.Host}:{dns.Port}"),
        UnixDomainSocketEndPoint unix => $"unix:{unix}",
        _ => endPoint.ToString() ?? string.Empty,
    };
}
