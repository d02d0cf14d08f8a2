namespace InboundBridge.Http.Access;

/// <summary>
/// Fields that proxies add and browsers don't. A request with one of them came from elsewhere, whatever its address is, so coming from this
/// machine is no credential for it.
/// </summary>
internal static class ForwardingHeaders
{
    /// <summary>Whole families, for each proxy and each provider adds some of its own. Case doesn't matter; <c>_</c> is <c>-</c>.</summary>
    private static readonly string[] Beginnings =
    [
        "Forwarded", "X-Forwarded", "X-Original", "X-Real-", "X-Remote-", "X-Client-", "X-Cluster-", "X-Envoy-", "X-ProxyUser-",
        "X-Azure-", "X-Appengine-", "X-Amzn-", "X-Amz-Cf-", "X-Arr-", "X-Vercel-", "X-NF-", "X-Sucuri-", "X-Varnish", "X-Nginx-",
        "X-Rewrite-", "X-Scheme",
        "X-Host", "X-Cloud-Trace-", "CF-", "CDN-", "Fastly-", "Fly-", "DO-Connecting-", "Akamai-", "Ali-", "Front-End-", "Surrogate-",
        "Via", "Max-Forwards", "Proxy-",
    ];

    /// <summary>How the names of a client's address end: True-Client-IP, WL-Proxy-Client-IP, X-BlueCoat-Via.</summary>
    private static readonly string[] Ends = ["Client-IP", "ClientIP", "Connecting-IP", "Forwarded-For", "User-IP", "-Via"];

    /// <summary>The first such field of the request; null without any. An empty one counts: it was added all the same.</summary>
    public static string? FirstOf(HttpRequest request)
    {
        foreach (var (name, _) in request.Headers)
        {
            if (IsOne(name.Replace('_', '-')))
                return name;
        }
        return null;
    }

    private static bool IsOne(string name) =>
        Array.Exists(Beginnings, beginning => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
        || Array.Exists(Ends, end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase));
}
