namespace InboundBridge.Api.Access;

/// <summary>
/// Fields that proxies add and browsers don't. A request that carries one comes from somewhere else, whatever its address is: being on this machine is no
/// credential for it.
/// </summary>
internal static class ForwardingHeaders
{
    private static readonly string[] Names =
    [
        "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "X-Forwarded", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Server",
        "X-Forwarded-By", "X-Forwarded-Prefix", "X-Original-For", "X-Original-Host", "X-Original-URL", "X-Client-IP", "X-Cluster-Client-IP",
        "X-Envoy-External-Address", "X-ProxyUser-Ip", "True-Client-IP", "CF-Connecting-IP", "Fastly-Client-IP", "Via",
    ];

    /// <summary>The first such field of the request; null without any. An empty one counts: it was added all the same.</summary>
    public static string? FirstOf(HttpRequest request)
    {
        foreach (var name in Names)
        {
            if (request.Headers.ContainsKey(name))
                return name;
        }
        return null;
    }
}
