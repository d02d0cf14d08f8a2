using InboundBridge.Http.Access;
using InboundBridge.Http.Answers;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Api;

/// <summary><c>/api/v1/deliveries</c>: lists, and changes of one or of all that a filter names.</summary>
internal static class DeliveryEndpoints
{
    private const string Base = "/api/v1/deliveries";

    private const int MostCounted = 500;

    public static void Map(IEndpointRouteBuilder routes, ApiRoutes api)
    {
        routes.MapGet(Base, api.Read(context => ListAsync(context, api)));
        routes.MapGet(Base + "/{id}", api.Read(context => ShowAsync(context, api)));
        MapChange(routes, api, "retry", (filter, _, context) => api.Parts.Queue.RetryAsync(filter, context.RequestAborted));
        MapChange(routes, api, "cancel", (filter, _, context) => api.Parts.Queue.CancelAsync(filter, context.RequestAborted));
        MapChange(routes, api, "release", (filter, to, context) => api.Parts.Queue.ReleaseAsync(filter, to, context.RequestAborted));
    }

    private static void MapChange(
        IEndpointRouteBuilder routes, ApiRoutes api, string action, Func<DeliveryFilter, string?, HttpContext, Task<int>> change)
    {
        routes.MapPost($"{Base}/{{id}}/{action}", api.Change((context, caller) => ChangeOneAsync(context, caller, api, action, change)));
        routes.MapPost($"{Base}/{action}", api.Change((context, caller) => ChangeManyAsync(context, caller, api, action, change)));
    }

    private static async Task<IResult> ListAsync(HttpContext context, ApiRoutes api)
    {
        var query = new ApiQuery(context.Request.Query, "state", "destination", "message", "limit", "cursor");
        var filter = new DeliveryFilter { State = query.State(), Destination = query.Destination("destination", api.Parts.KnownDestinations()), MessageId = query.Text("message") };
        var limit = query.Limit();
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        var page = await api.Parts.Spool.ListDeliveriesAsync(filter, query.Cursor, limit, context.RequestAborted);
        return ApiShapes.List(page.Items.Select(ApiShapes.Delivery), page.Next);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, ApiRoutes api)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        if (await api.Parts.Spool.FindDeliveryAsync(id, context.RequestAborted) is not { } delivery)
            return ApiProblem.NotFound("such delivery");
        var attempts = await api.Parts.Spool.ListAttemptsAsync(id, context.RequestAborted);
        return Results.Json(ApiShapes.DeliveryInFull(delivery, attempts), ApiShapes.Json);
    }

    private static async Task<IResult> ChangeOneAsync(
        HttpContext context, ApiCaller caller, ApiRoutes api, string action, Func<DeliveryFilter, string?, HttpContext, Task<int>> change)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        var query = action == "release" ? new ApiQuery(context.Request.Query, "to") : new ApiQuery(context.Request.Query);
        var to = query.Destination("to", api.Parts.ConfiguredDestinations());
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        if (await api.Parts.Spool.FindDeliveryAsync(id, context.RequestAborted) is not { } delivery)
            return ApiProblem.NotFound("such delivery");
        var count = await change(new DeliveryFilter { Id = id }, to, context);
        if (count == 0)
            return ApiProblem.Of(StatusCodes.Status409Conflict, "Not changed", await WhyNotAsync(delivery, action, api, context.RequestAborted));
        api.Audit.Changed(caller, action, id, count);
        return Results.Json(new { Changed = count }, ApiShapes.Json);
    }

    /// <summary>A held mail may have no destination, and neither has the record of a recipient that the rules refused after the data.</summary>
    private static async Task<string> WhyNotAsync(SpooledDelivery delivery, string action, ApiRoutes api, CancellationToken cancellationToken)
    {
        if (await api.Parts.Spool.FindMessageAsync(delivery.MessageId, cancellationToken) is { IsErased: true })
            return "its message was deleted: there is nothing left to deliver";
        return (action, delivery) switch
        {
            ("release", { Destination.Length: 0, State: DeliveryState.Held or DeliveryState.Dead }) =>
                $"it has no destination of its own: name one, ?to=DESTINATION (deliveries release --to DESTINATION){ReplayEndpoints.DestinationsOf(api)}",
            ("retry", { Destination.Length: 0 }) => "it never had a destination: release it to one (deliveries release --to DESTINATION)",
            ("release", { State: DeliveryState.Dead }) => "it died at its destination: retry it",
            ("retry", { State: DeliveryState.Delivered }) => $"it is delivered: to send its message again, replay it (messages replay {delivery.MessageId})",
            _ => $"a delivery that is {ApiShapes.State(delivery.State)} can't be {action switch { "retry" => "retried", "cancel" => "cancelled", _ => "released" }}",
        };
    }

    /// <summary>Deliveries of the filter that nothing can release without being told where to; counted up to a page of each state.</summary>
    private static async Task<int> CountHomelessAsync(DeliveryFilter filter, ApiRoutes api, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var state in new[] { DeliveryState.Held, DeliveryState.Dead }.Where(state => filter.State is null || filter.State == state))
        {
            var page = await api.Parts.Spool.ListDeliveriesAsync(filter with { State = state }, null, MostCounted, cancellationToken);
            count += page.Items.Count(delivery => delivery.Destination.Length == 0);
        }
        return count;
    }

    private static async Task<IResult> ChangeManyAsync(
        HttpContext context, ApiCaller caller, ApiRoutes api, string action, Func<DeliveryFilter, string?, HttpContext, Task<int>> change)
    {
        var query = new ApiQuery(context.Request.Query, action == "release" ? ["state", "destination", "message", "to"] : ["state", "destination", "message"]);
        var filter = new DeliveryFilter { State = query.State(), Destination = query.Destination("destination", api.Parts.KnownDestinations()), MessageId = query.Text("message") };
        var to = query.Destination("to", api.Parts.ConfiguredDestinations());
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        if (filter == new DeliveryFilter())
            return ApiProblem.BadRequest("name a state, a destination or a message: without a filter this would change everything");
        var count = await change(filter, to, context);
        api.Audit.Changed(caller, action, context.Request.QueryString.Value ?? string.Empty, count);
        return action == "release" && to is null
            ? Results.Json(new { Changed = count, WithoutDestination = await CountHomelessAsync(filter, api, context.RequestAborted) }, ApiShapes.Json)
            : Results.Json(new { Changed = count }, ApiShapes.Json);
    }
}
