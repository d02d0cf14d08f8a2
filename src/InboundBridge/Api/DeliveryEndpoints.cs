using InboundBridge.Api.Json;
using InboundBridge.Api.Routing;
using InboundBridge.Http.Answers;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Deliveries;
using InboundBridge.Operations.Destinations;
using InboundBridge.Operations.Principals;

namespace InboundBridge.Api;

/// <summary><c>/api/v1/deliveries</c>: lists deliveries, and changes one or all that a filter selects.</summary>
internal sealed class DeliveryEndpoints(DeliveryOperations deliveries, DestinationNames names)
{
    private const string Base = "/deliveries";

    private static readonly ApiParameter To = new("to", ApiParameterKind.Text, "The destination; without it each goes to its own.");

    public void Map(ApiRoutes routes)
    {
        routes.Get(Base, Operation.ListDeliveries, ListAsync).Named("listDeliveries", "Deliveries, newest first.")
            .Takes(ApiParameters.Deliveries).Takes(ApiParameters.Page).Answers(typeof(PageJson<DeliveryJson>), "A page.").Refuses(400);
        routes.Get(Base + "/{id}", Operation.ShowDelivery, ShowAsync).Named("showDelivery", "One delivery with its failed attempts.")
            .Takes(ApiParameters.DeliveryId).Answers(typeof(DeliveryInFullJson), "The delivery.").Refuses(404);
        MapChange(routes, DeliveryAction.Retry, "due at once, with its retry schedule started again.");
        MapChange(routes, DeliveryAction.Cancel, "cancelled.");
        MapChange(routes, DeliveryAction.Release, "released from hold.");
    }

    private void MapChange(ApiRoutes routes, DeliveryAction action, string effect)
    {
        var operation = Operation.Of(action);
        ApiParameter[] to = action == DeliveryAction.Release ? [To] : [];
        routes.Post($"{Base}/{{id}}/{operation.Name}", operation, request => ChangeAsync(request, action))
            .Named($"{operation.Name}Delivery", $"One delivery: {effect}").Takes(ApiParameters.DeliveryId).Takes(to)
            .Answers(typeof(ChangeJson), "How many deliveries changed.").Refuses(400, 404, 409);
        routes.Post($"{Base}/{operation.Name}", operation, request => ChangeAllAsync(request, action))
            .Named($"{operation.Name}Deliveries", $"Every delivery that the filter selects: {effect} Without a filter 400.")
                .Takes(ApiParameters.Deliveries).Takes(to)
            .Answers(action == DeliveryAction.Release ? typeof(ReleaseJson) : typeof(ChangeJson), "How many deliveries changed.")
                .Refuses(400);
    }

    private async Task<IResult> ListAsync(ApiRequest request)
    {
        var query = request.ReadQuery();
        var (filter, limit) = (await FilterOfAsync(query, request.Aborted), query.Limit());
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        var page = await deliveries.ListAsync(request.Who, filter, query.Cursor, limit, request.Aborted);
        return ApiJson.List(page.Items.Select(DeliveryJson.Of), page.Next);
    }

    private async Task<IResult> ShowAsync(ApiRequest request) =>
        await deliveries.FindAsync(request.Who, request.Path("id"), request.Aborted) is { } found
            ? ApiJson.Of(DeliveryInFullJson.Of(found))
            : ApiProblem.NotFound("such delivery");

    private async Task<IResult> ChangeAsync(ApiRequest request, DeliveryAction action)
    {
        var query = request.ReadQuery();
        var to = query.Destination("to", names.Configured);
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        return await deliveries.ChangeAsync(request.Who, action, request.Path("id"), to, request.Aborted) switch
        {
            DeliveryChangeOutcome.Changed(var count) => ApiJson.Of(new ChangeJson(count)),
            DeliveryChangeOutcome.Refused(var reason) => ApiProblem.Of(StatusCodes.Status409Conflict, "Not changed", reason),
            _ => ApiProblem.NotFound("such delivery"),
        };
    }

    private async Task<IResult> ChangeAllAsync(ApiRequest request, DeliveryAction action)
    {
        var query = request.ReadQuery();
        var (filter, to) = (await FilterOfAsync(query, request.Aborted), query.Destination("to", names.Configured));
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        if (filter == new DeliveryFilter())
            return ApiProblem.BadRequest("name a state, a destination or a message: without a filter this would change everything");
        if (filter.Destination is { } gone && to is null && action != DeliveryAction.Cancel && !names.IsConfigured(gone))
            return ApiProblem.BadRequest($"destination: '{gone}' is not configured, so its deliveries only wait; configure it again, or "
                + "send their messages elsewhere (POST /api/v1/messages/{id}/replay) and cancel them");
        var asWritten = request.Context.Request.QueryString.Value ?? string.Empty;
        var change = await deliveries.ChangeAllAsync(request.Who, action, filter, to, asWritten, request.Aborted);
        return change.WithoutDestination is { } left
            ? ApiJson.Of(new ReleaseJson(change.Count, left)) : ApiJson.Of(new ChangeJson(change.Count));
    }

    /// <summary>Reads the parameters of <see cref="ApiParameters.Deliveries"/>.</summary>
    private async ValueTask<DeliveryFilter> FilterOfAsync(ApiQuery query, CancellationToken cancellationToken) => new()
    {
        State = query.State(),
        Destination = query.Destination("destination", await names.ListKnownAsync(cancellationToken)),
        MessageId = query.Text("message"),
    };
}
