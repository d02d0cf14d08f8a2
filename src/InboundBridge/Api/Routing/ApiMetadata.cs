namespace InboundBridge.Api.Routing;

/// <summary>Describes routes in the framework's metadata; the OpenAPI document is generated from it.</summary>
internal static class ApiMetadata
{
    /// <param name="id">The name of the operation in generated clients.</param>
    public static T Named<T>(this T route, string id, string summary)
        where T : IEndpointConventionBuilder =>
        // Generators of OpenAPI documents list only endpoints that have a method.
        route.WithName(id).WithSummary(summary).WithMetadata(typeof(RequestDelegate).GetMethod(nameof(RequestDelegate.Invoke))!);

    public static T Takes<T>(this T route, params ApiParameter[] parameters)
        where T : IEndpointConventionBuilder =>
        route.WithMetadata([.. parameters]);

    public static T TakesBody<T>(this T route, Type type, string contentType, bool isOptional = false)
        where T : IEndpointConventionBuilder =>
        route.WithMetadata(new ApiContent(type, contentType, isOptional));

    /// <summary>The body is a raw mail.</summary>
    public static T TakesMail<T>(this T route)
        where T : IEndpointConventionBuilder =>
        route.TakesBody(typeof(Stream), "message/rfc822");

    /// <summary>The answer is JSON of this type, unless another content type is given.</summary>
    public static T Answers<T>(
        this T route, Type type, string description, int status = StatusCodes.Status200OK, string contentType = "application/json")
        where T : IEndpointConventionBuilder =>
        route.WithMetadata(new ProducesResponseTypeMetadata(status, type, [contentType]) { Description = description });

    public static T AnswersNothing<T>(this T route, string description)
        where T : IEndpointConventionBuilder =>
        route.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent, typeof(void)) { Description = description });

    /// <summary>Statuses of refusals, which are problem details (RFC 9457).</summary>
    public static T Refuses<T>(this T route, params int[] statuses)
        where T : IEndpointConventionBuilder
    {
        foreach (var status in statuses)
            route.WithMetadata(
                new ProducesResponseTypeMetadata(status, typeof(Microsoft.AspNetCore.Mvc.ProblemDetails), ["application/problem+json"]));
        return route;
    }
}
