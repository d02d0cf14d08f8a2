using System.Net;

namespace InboundBridge.Http.Access;

/// <summary>
/// A web page in the operator's browser can send requests to loopback too: under a name of its own (DNS rebinding) or from its own origin.
/// Neither must be taken for the operator.
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
    /// True when a page of another site makes this request. Browsers say so in Sec-Fetch-Site, which no script can set, even where they
    /// send no Origin (a GET, an image). <c>same-site</c> counts too: it may be another port of localhost.
    /// </summary>
    public static bool IsFromAnotherPage(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        return site.Length > 0 && site is not ("same-origin" or "none");
    }

    /// <summary>True when the request has no Origin, or our own.</summary>
    public static bool HasOwnOrigin(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || origin == $"{request.Scheme}://{request.Host}";
    }
}
