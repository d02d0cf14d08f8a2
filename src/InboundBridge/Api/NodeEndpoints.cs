using InboundBridge.Api.Json;
using InboundBridge.Api.Routing;
using InboundBridge.Operations.Nodes;
using InboundBridge.Operations.Principals;

namespace InboundBridge.Api;

/// <summary><c>/api/v1/nodes</c>.</summary>
internal sealed class NodeEndpoints(NodeOperations nodes)
{
    public void Map(ApiRoutes routes) =>
        routes.Get("/nodes", Operation.ListNodes, ListAsync)
            .Named("listNodes", "The nodes that share the spool, with their health; with the embedded spool the appliance itself.")
            .Answers(typeof(NodesJson), "All of them.");

    private async Task<IResult> ListAsync(ApiRequest request) =>
        ApiJson.Of(NodesJson.Of(await nodes.ListAsync(request.Who, request.Aborted)));
}
