using InboundBridge.Operations.Principals;

namespace InboundBridge.Api.Routing;

/// <summary>An admitted request, with the principal who makes it.</summary>
internal sealed class ApiRequest(HttpContext context, Principal who)
{
    public HttpContext Context => context;

    public Principal Who => who;

    /// <summary>
    /// Cancelled when a reload changes the tokens by which the caller was let in. Taken before they were looked at, so that no change falls
    /// between.
    /// </summary>
    public CancellationToken TokensChange { get; init; }

    /// <summary>Cancelled when the client disconnects.</summary>
    public CancellationToken Aborted => context.RequestAborted;

    /// <summary>A segment of the path.</summary>
    public string Path(string name) => (string)context.Request.RouteValues[name]!;

    /// <summary>Reads the query strictly, by the parameters that the route declares.</summary>
    public ApiQuery ReadQuery() => new(
        context.Request.Query,
        [
            .. context.GetEndpoint()!.Metadata.GetOrderedMetadata<ApiParameter>()
                .Where(parameter => parameter.Kind != ApiParameterKind.Path)
                .Select(parameter => parameter.Name),
        ]);
}
