namespace InboundBridge.Api.Routing;

/// <summary>
/// A parameter of a route: metadata of its endpoint. <see cref="ApiQuery"/> accepts the query parameters of the route and no others, and
/// the OpenAPI document lists all of them, so neither can know one that the other does not.
/// </summary>
/// <param name="Description">For the OpenAPI document.</param>
internal sealed record ApiParameter(string Name, ApiParameterKind Kind, string Description)
{
    public bool IsRequired { get; init; }
}
