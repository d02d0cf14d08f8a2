using System.Net;

namespace InboundBridge.Http.Access;

/// <summary>
/// A web page in the operator's browser can reach loopback too: by a name of its own (DNS rebinding) or from its own origin. Neither is the
/// operator.
/// </summary>
internal static class LocalRequest
{
    /// <summary>The request was addressed to this machine by a name that can't mean another one (RFC 6761 §6.3).</summary>
    public static bool HasLocalHost(HttpRequest request)
    {
        var host = request.Host.Host.Trim('[', ']').TrimEnd('.');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
    }

    /// <summary>
    /// A page of somebody else makes this request. Browsers say so in Sec-Fetch-Site, which no script can set, also where they send no
    /// Origin (a GET, an image). <c>same-site</c> is another page as well: another port of localhost.
    /// </summary>
    public static bool IsFromAnotherPage(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        return site.Length > 0 && site is not ("same-origin" or "none");
    }

    /// <summary>The Origin, where one is given, is our own.</summary>
    public static bool HasOwnOrigin(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || origin == $"{request.Scheme}://{request.Host}";
    }
}
