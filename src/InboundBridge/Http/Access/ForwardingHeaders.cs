namespace InboundBridge.Http.Access;

/// <summary>
/// Header fields that proxies add and browsers don't. A request with such a field came from elsewhere, even if its address is loopback, so
/// its address must not count as a credential.
/// </summary>
internal static class ForwardingHeaders
{
    /// <summary>
    /// Prefixes of names, since every proxy and provider adds fields of its own. Case is ignored; <c>_</c> matches <c>-</c>.
    /// </summary>
    private static readonly string[] Beginnings =
    [
        "Forwarded", "X-Forwarded", "X-Original", "X-Real-", "X-Remote-", "X-Client-", "X-Cluster-", "X-Envoy-", "X-ProxyUser-",
        "X-Azure-", "X-Appengine-", "X-Amzn-", "X-Amz-Cf-", "X-Arr-", "X-Vercel-", "X-NF-", "X-Sucuri-", "X-Varnish", "X-Nginx-",
        "X-Rewrite-", "X-Scheme",
        "X-Host", "X-Cloud-Trace-", "CF-", "CDN-", "Fastly-", "Fly-", "DO-Connecting-", "Akamai-", "Ali-", "Front-End-", "Surrogate-",
        "Via", "Max-Forwards", "Proxy-",
    ];

    /// <summary>Suffixes of names of fields with the client's address: True-Client-IP, WL-Proxy-Client-IP, X-BlueCoat-Via.</summary>
    private static readonly string[] Ends = ["Client-IP", "ClientIP", "Connecting-IP", "Forwarded-For", "User-IP", "-Via"];

    /// <summary>The name of the first of these fields in the request; null if there is none. A field with an empty value counts.</summary>
    public static string? FirstOf(HttpRequest request)
    {
        foreach (var (name, _) in request.Headers)
        {
            if (IsForwarding(name.Replace('_', '-')))
                return name;
        }
        return null;
    }

    private static bool IsForwarding(string name) =>
        Array.Exists(Beginnings, beginning => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
        || Array.Exists(Ends, end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase));
}
