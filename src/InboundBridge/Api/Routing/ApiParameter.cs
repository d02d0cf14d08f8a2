namespace InboundBridge.Api.Routing;

/// <summary>
/// A parameter of a route, as metadata of its endpoint. <see cref="ApiQuery"/> accepts these query parameters and no others, and the
/// OpenAPI document lists them, so the two always agree.
/// </summary>
/// <param name="Description">For the OpenAPI document.</param>
internal sealed record ApiParameter(string Name, ApiParameterKind Kind, string Description)
{
    public bool IsRequired { get; init; }
}
