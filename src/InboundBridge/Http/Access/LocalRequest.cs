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

    /// <summary>
    /// True when a request that changes something comes from a page of ours, or from no page: by Sec-Fetch-Site, and by Origin, which
    /// older browsers send too. A proxy may change Host; what it says of the original one counts, since no page can set those fields.
    /// </summary>
    /// <param name="publicUrl">Where the configuration says that we are; null where it does not.</param>
    public static bool IsFromOwnPage(HttpRequest request, Uri? publicUrl)
    {
        if (IsFromAnotherPage(request))
            return false;
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0)
            return true;
        // "null" is a page that has no origin, such as one in a sandbox.
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var from) || from.Scheme is not ("http" or "https")
            || (request.IsHttps && from.Scheme != "https"))
            return false;
        return NamesOf(request, publicUrl).Any(name => AuthorityOf(from.Scheme, name) == from.Authority);
    }

    private static IEnumerable<string?> NamesOf(HttpRequest request, Uri? publicUrl)
    {
        yield return request.Host.Value;
        yield return publicUrl?.Authority;
        yield return request.Headers["X-Forwarded-Host"].ToString().Split(',')[0].Trim();
        foreach (var part in request.Headers["Forwarded"].ToString().Split(',')[0].Split(';', StringSplitOptions.TrimEntries))
        {
            if (part.StartsWith("host=", StringComparison.OrdinalIgnoreCase))
                yield return part["host=".Length..].Trim('"');
        }
    }

    /// <summary>Without the usual port, and in lower case; null for a text that is no host.</summary>
    private static string? AuthorityOf(string scheme, string? host) =>
        !string.IsNullOrEmpty(host) && Uri.TryCreate($"{scheme}://{host}", UriKind.Absolute, out var address)
            && address.UserInfo.Length == 0 && address.PathAndQuery == "/" ? address.Authority : null;

    /// <summary>True when the request has no Origin, or our own.</summary>
    public static bool HasOwnOrigin(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || origin == $"{request.Scheme}://{request.Host}";
    }
}
