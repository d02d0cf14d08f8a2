namespace InboundBridge.Api.Routing;

/// <summary>
/// The body that a route takes, for the OpenAPI document. Not the framework's AcceptsMetadata: with that, routing would turn away every
/// request whose Content-Type is another, and a client may leave it out.
/// </summary>
internal sealed record ApiContent(Type Type, string ContentType, bool IsOptional);
