namespace InboundBridge.Http.Connections;

/// <summary>
/// Marks connections to <c>http.public_listen</c>. They may use signed links and fetch the
/// MTA-STS policy, nothing else, whatever token a request has.
/// </summary>
internal sealed class PublicSide
{
    public const string MtaStsPath = "/.well-known/mta-sts.txt";

    public static PublicSide Instance { get; } = new();

    /// <summary>True when the request may be for one of these; the route checks a link's signature.</summary>
    public static bool Serves(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && (request.Path == MtaStsPath
            || (request.Path.StartsWithSegments("/api/v1/messages", StringComparison.Ordinal) && request.Query.ContainsKey("signature")));

    public static bool Is(HttpContext context) => context.Features.Get<PublicSide>() is not null;
}
