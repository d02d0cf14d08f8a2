using System.Text;
using System.Text.Json;
using InboundBridge.Http.Answers;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.Operations;

namespace InboundBridge.Api;

/// <summary><c>GET /api/v1/events</c>: what happens, as it happens (server-sent events). Nothing is kept for those who weren't there.</summary>
internal static class EventsEndpoint
{
    /// <summary>Proxies close connections that are silent for a minute.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Those of <see cref="QueueEvent"/>, and what a slow follower is told.</summary>
    private static readonly string[] Kinds =
    [
        "received", "delivered", "retrying", "dead", "cancelled", "retried", "released", "replayed", "deleted", "paused", "resumed", "circuit_opened", "circuit_closed", "missed",
    ];

    public static void Map(IEndpointRouteBuilder routes, ApiRoutes api) =>
        routes.MapGet("/api/v1/events", api.Read(context => FollowAsync(context, api)));

    private static async Task<IResult> FollowAsync(HttpContext context, ApiRoutes api)
    {
        var query = new ApiQuery(context.Request.Query, "kind", "destination");
        var (kind, destination) = (query.OneOf("kind", Kinds), query.Destination("destination", api.Parts.KnownDestinations()));
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        if (HeadRequest.Is(context))
        {
            context.Response.ContentType = "text/event-stream";
            return Results.Empty;
        }
        using var follower = api.Events.Follow();
        if (follower is null)
            return ApiProblem.Of(StatusCodes.Status503ServiceUnavailable, "Too many followers", $"at most {EventFeed.MostFollowers} may follow at a time");
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        await response.WriteAsync(": following\n\n", context.RequestAborted);
        await response.Body.FlushAsync(context.RequestAborted);
        // A token that a reload takes away hears nothing more; the others connect again.
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, api.Parts.Stopping, api.TokensChange);
        try
        {
            await SendAsync(response, follower, happened => (kind is null || happened.Kind == kind) && (destination is null || happened.Destination == destination), api.Events.Clock, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The follower left, we stop, or the tokens are others now.
            return Results.Empty;
        }
        return Results.Empty;
    }

    private static async Task SendAsync(HttpResponse response, EventFeed.Follower follower, Func<QueueEvent, bool> isWanted, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var beat = new PeriodicTimer(Heartbeat, clock);
        var tick = beat.WaitForNextTickAsync(cancellationToken).AsTask();
        var more = follower.Events.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            var text = new StringBuilder();
            if (await Task.WhenAny(more, tick) == more)
            {
                await more;
                if (follower.TakeMissed() is > 0 and var missed)
                    Append(text, "missed", new { Count = missed });
                while (text.Length < 64 * 1024 && follower.Events.TryRead(out var happened))
                {
                    if (isWanted(happened))
                        Append(text, happened.Kind, Shape(happened));
                }
                more = follower.Events.WaitToReadAsync(cancellationToken).AsTask();
            }
            else
            {
                await tick;
                text.Append(": beat\n\n");
                tick = beat.WaitForNextTickAsync(cancellationToken).AsTask();
            }
            await response.WriteAsync(text.ToString(), cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
        }
    }

    private static void Append(StringBuilder text, string kind, object shape) =>
        text.Append("event: ").Append(kind).Append("\ndata: ").Append(JsonSerializer.Serialize(shape, ApiShapes.Json)).Append("\n\n");

    private static object Shape(QueueEvent happened) => new
    {
        happened.At,
        happened.Destination,
        Reason = happened.Text,
        Message = happened.Message is { } message ? ApiShapes.Message(message) : null,
        Delivery = happened.Delivery is { } delivery ? ApiShapes.Delivery(delivery) : null,
    };
}
