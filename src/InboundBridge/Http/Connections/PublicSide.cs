namespace InboundBridge.Http.Connections;

/// <summary>
/// Marks connections to <c>http.public_listen</c>: they get signed links and the MTA-STS policy and nothing else, whatever token a request
/// has.
/// </summary>
internal sealed class PublicSide
{
    public const string MtaStsPath = "/.well-known/mta-sts.txt";

    public static PublicSide Instance { get; } = new();

    /// <summary>Whether a path may be one of them; a link's signature is checked by its route.</summary>
    public static bool Serves(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && (request.Path == MtaStsPath
            || (request.Path.StartsWithSegments("/api/v1/messages", StringComparison.Ordinal) && request.Query.ContainsKey("signature")));

    public static bool Is(HttpContext context) => context.Features.Get<PublicSide>() is not null;
}
