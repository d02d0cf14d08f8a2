using InboundBridge.Api.Routing;
using InboundBridge.Http.Answers;
using InboundBridge.Operations;

namespace InboundBridge.Api;

/// <summary>Every route of the API. Routes translate between HTTP and the operations; they decide nothing themselves.</summary>
internal sealed class ApiEndpoints(ApiGate gate, ApplianceOperations operations, ApiSurroundings surroundings)
{
    public void Map(IEndpointRouteBuilder endpoints)
    {
        var (routes, clock) = (new ApiRoutes(endpoints, gate), surroundings.Clock);
        new MessageEndpoints(operations.Messages, clock).Map(routes);
        new DeliveryEndpoints(operations.Deliveries, operations.Names).Map(routes);
        new RefusalEndpoints(operations.Refusals, clock).Map(routes);
        new DestinationEndpoints(operations.Destinations, operations.Names).Map(routes);
        new NodeEndpoints(operations.Nodes).Map(routes);
        new StatusEndpoints(operations.Status, operations.Rules).Map(routes);
        new ExplainEndpoint(operations.Explaining, surroundings.TemporaryFolder, clock).Map(routes);
        new ReplayEndpoints(operations.Replays, clock).Map(routes);
        new SubmissionEndpoint(operations.Submitting).Map(routes);
        new EventsEndpoint(operations.Events, operations.Names, clock, surroundings.Stopping).Map(routes);
        OpenApiDocument.Map(endpoints);
        endpoints.MapFallback(
            "/api/{**rest}", context => ApiProblem.NotFound("such path; /openapi/v1.json lists them").ExecuteAsync(context));
    }
}
