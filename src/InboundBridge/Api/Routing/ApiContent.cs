namespace InboundBridge.Api.Routing;

/// <summary>
/// The body that a route takes, for the OpenAPI document. Not the framework's AcceptsMetadata: with that, routing would refuse every
/// request with another Content-Type, or with none, and clients may omit it.
/// </summary>
internal sealed record ApiContent(Type Type, string ContentType, bool IsOptional);
