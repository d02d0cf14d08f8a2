using System.Net;
using System.Net.Sockets;

namespace InboundBridge.Configuration.Values;

/// <summary>Splits <c>udp://HOST:PORT</c>, <c>tcp://…</c>, <c>tls://…</c> and <c>unix:/path</c> into scheme and address.</summary>
internal static class SyslogText
{
    public const string Examples = "such as udp://192.0.2.9:514, tcp://log.example.com:601, tls://log.example.com or unix:/dev/log";

    public static IReadOnlyList<string> Schemes { get; } = ["udp", "tcp", "tls", "unix"];

    /// <summary>The ports of RFC 5426, RFC 6587 (in use everywhere, though registered for another service) and RFC 5425.</summary>
    private static string PortOf(string scheme) => scheme == "tls" ? "6514" : "514";

    public static bool TryParse(string text, out string scheme, out EndPoint endPoint)
    {
        endPoint = new IPEndPoint(IPAddress.None, 0);
        scheme = text.Split(':')[0];
        if (!Schemes.Contains(scheme, StringComparer.Ordinal))
            return false;
        if (scheme == "unix")
            return text.StartsWith("unix:/", StringComparison.Ordinal) && EndPointText.TryParse(text, out endPoint);
        if (!text.AsSpan(scheme.Length).StartsWith("://"))
            return false;
        var address = text[(scheme.Length + 3)..];
        var hasPort = address.LastIndexOf(':') > address.LastIndexOf(']') && (address[0] == '[' || address.Count(':') == 1);
        return address.Length > 0 && EndPointText.TryParse(hasPort ? address : $"{address}:{PortOf(scheme)}", out endPoint)
            && endPoint is not UnixDomainSocketEndPoint;
    }
}
