using InboundBridge.Operations.Principals;

namespace InboundBridge.Api.Routing;

/// <summary>
/// Declares routes below <c>/api/v1</c>, each behind the gate. A route's metadata becomes its entry in the OpenAPI document.
/// </summary>
internal sealed class ApiRoutes(IEndpointRouteBuilder routes, ApiGate gate)
{
    public const string Base = "/api/v1";

    public IEndpointConventionBuilder Get(string path, Operation operation, Func<ApiRequest, Task<IResult>> answer) =>
        Map(HttpMethods.Get, path, gate.For(operation, answer));

    /// <summary>Also answers the holder of a signed link to the path.</summary>
    public IEndpointConventionBuilder GetByLink(string path, Operation operation, Func<ApiRequest, Task<IResult>> answer) =>
        Map(HttpMethods.Get, path, gate.ForLink(operation, answer));

    public IEndpointConventionBuilder Post(string path, Operation operation, Func<ApiRequest, Task<IResult>> answer) =>
        Map(HttpMethods.Post, path, gate.For(operation, answer));

    public IEndpointConventionBuilder Delete(string path, Operation operation, Func<ApiRequest, Task<IResult>> answer) =>
        Map(HttpMethods.Delete, path, gate.For(operation, answer));

    /// <summary>The first segment of the path is the group of the operation in generated clients.</summary>
    private IEndpointConventionBuilder Map(string method, string path, RequestDelegate answer) =>
        routes.MapMethods(Base + path, [method], answer)
        .WithTags(path.Split('/')[1])
        .Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status429TooManyRequests);
}
