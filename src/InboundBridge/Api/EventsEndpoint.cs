using System.Buffers;
using InboundBridge.Api.Routing;
using InboundBridge.Http.Answers;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.Operations.Destinations;
using InboundBridge.Operations.Principals;
using InboundBridge.Operations.Status;

namespace InboundBridge.Api;

/// <summary>
/// <c>GET /api/v1/events</c>: streams events as they happen (server-sent events). Nothing is kept for followers that are not connected.
/// </summary>
/// <param name="stopping">Cancelled when the appliance begins to stop.</param>
internal sealed class EventsEndpoint(
    EventOperations events, DestinationNames names, TimeProvider clock, CancellationToken stopping)
{
    private const string ContentType = "text/event-stream";

    /// <summary>Octets of text that are gathered before they are written.</summary>
    private const int FullText = 64 * 1024;

    /// <summary>Proxies close connections that are silent for a minute.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private static readonly ApiParameter Kind =
        new("kind", ApiParameterKind.Text, $"Only events of this kind: {string.Join(", ", EventText.Kinds)}.");

    public void Map(ApiRoutes routes) => routes.Get("/events", Operation.FollowEvents, FollowAsync)
        .Named("events",
            "Events as they happen (server-sent events). A follower that reads too slowly misses some and is told how many.")
        .Takes(Kind, ApiParameters.Destination).Answers(typeof(string), "Events until one side ends it.", contentType: ContentType)
            .Refuses(400, 503);

    private async Task<IResult> FollowAsync(ApiRequest request)
    {
        var (context, query) = (request.Context, request.ReadQuery());
        var known = await names.ListKnownAsync(context.RequestAborted);
        var (kind, destination) = (query.OneOf(Kind.Name, EventText.Kinds), query.Destination("destination", known));
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        return await FollowAsync(request, kind, destination);
    }

    /// <summary>Streams events until one side ends it.</summary>
    /// <param name="kind">Only events of this kind; null for all.</param>
    /// <param name="destination">Only events of this destination; null for all.</param>
    private async Task<IResult> FollowAsync(ApiRequest request, string? kind, string? destination)
    {
        var context = request.Context;
        if (HeadRequest.Is(context))
        {
            context.Response.ContentType = ContentType;
            return Results.Empty;
        }
        using var follower = events.Follow(request.Who);
        if (follower is null)
            return ApiProblem.Of(
                StatusCodes.Status503ServiceUnavailable, "Too many followers",
                $"at most {EventFeed.MostFollowers} may follow at a time, {EventFeed.MostOfToken} of one token");
        var response = context.Response;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        await response.WriteAsync(": following\n\n", context.RequestAborted);
        await response.Body.FlushAsync(context.RequestAborted);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping, request.TokensChange);
        bool IsWanted(QueueEvent happened) =>
            (kind is null || happened.Kind == kind) && (destination is null || happened.Destination == destination);
        try
        {
            await SendAsync(response, follower, IsWanted, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The follower left, the appliance stops, or the tokens changed: all of them end the answer. After a change every follower has
            // to connect again, and one whose token is gone can't.
            return Results.Empty;
        }
        return Results.Empty;
    }

    private async Task SendAsync(
        HttpResponse response, EventFeed.Follower follower, Func<QueueEvent, bool> isWanted, CancellationToken cancellationToken)
    {
        using var beat = new PeriodicTimer(Heartbeat, clock);
        var tick = beat.WaitForNextTickAsync(cancellationToken).AsTask();
        var more = follower.Events.WaitToReadAsync(cancellationToken).AsTask();
        for (var body = response.BodyWriter; ;)
        {
            var written = 0L;
            if (await Task.WhenAny(more, tick) == more)
            {
                await more;
                if (follower.TakeMissed() is > 0 and var missed)
                    Write(body, EventText.OfMissed(missed), ref written);
                while (written < FullText && follower.Events.TryRead(out var next))
                {
                    if (isWanted(next.Happened))
                        Write(body, next.Text(EventText.Of), ref written);
                }
                more = follower.Events.WaitToReadAsync(cancellationToken).AsTask();
            }
            else
            {
                await tick;
                Write(body, EventText.Beat, ref written);
                tick = beat.WaitForNextTickAsync(cancellationToken).AsTask();
            }
            if (written > 0)
                await body.FlushAsync(cancellationToken);
        }
    }

    private static void Write(IBufferWriter<byte> body, ReadOnlySpan<byte> text, ref long written)
    {
        body.Write(text);
        written += text.Length;
    }
}
