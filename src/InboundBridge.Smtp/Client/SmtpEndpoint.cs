using System.Globalization;
using System.Net;

namespace InboundBridge.Smtp.Client;

/// <summary>Where a server listens: a host and port, or the path of a unix socket.</summary>
/// <param name="Host">A name or an address without brackets; empty for a unix socket.</param>
public sealed record SmtpEndpoint(string Host, int Port, string? UnixPath = null)
{
    private const string UnixScheme = "unix:";

    /// <summary>The connection stays on this machine, so a password may be sent unencrypted.</summary>
    public bool IsLocal =>
        UnixPath is not null || Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(Host, out var ip) && IPAddress.IsLoopback(ip));

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>[v6]:port</c>, a bare IPv6 address or <c>unix:/path</c>.</summary>
    public static bool TryParse(string text, int defaultPort, out SmtpEndpoint endpoint)
    {
        endpoint = new SmtpEndpoint("", defaultPort);
        if (text.StartsWith(UnixScheme, StringComparison.Ordinal))
        {
            endpoint = new SmtpEndpoint("", 0, text[UnixScheme.Length..]);
            return endpoint.UnixPath!.Length > 0;
        }
        var (host, port) = Split(text);
        var number = defaultPort;
        if (port is not null
            && (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is < 1 or > 65535))
            return false;
        endpoint = new SmtpEndpoint(host, number);
        return host.Length > 0 && !host.AsSpan().ContainsAny(" \t[]");
    }

    public override string ToString() => UnixPath is not null ? UnixScheme + UnixPath
        : Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    private static (string Host, string? Port) Split(string text)
    {
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            if (end < 0)
                return ("", null);
            var rest = text[(end + 1)..];
            return rest.Length == 0 ? (text[1..end], null) : rest[0] == ':' ? (text[1..end], rest[1..]) : ("", null);
        }
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var another = colon >= 0 && text.IndexOf(':', colon + 1) >= 0;
        return colon < 0 || another ? (text, null) : (text[..colon], text[(colon + 1)..]);
    }
}
