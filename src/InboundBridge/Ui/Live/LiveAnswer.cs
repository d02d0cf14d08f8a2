using InboundBridge.Api;
using InboundBridge.Http.Answers;
using InboundBridge.Operations.Principals;

namespace InboundBridge.Ui.Live;

/// <summary>Streams to one page what <see cref="LiveFeed"/> tells (server-sent events), until one side ends it.</summary>
internal sealed class LiveAnswer(LiveFeed feed, ApiSurroundings surroundings)
{
    private const string ContentType = "text/event-stream";

    private static readonly byte[] Begin = ": following\n\n"u8.ToArray();

    /// <summary>The page connects again by itself.</summary>
    private static readonly byte[] Dropped = "event: dropped\ndata: {}\n\n"u8.ToArray();

    /// <param name="session">Names the session; null where there are none.</param>
    /// <param name="leaves">Cancelled when the session ends, or when the tokens change: also a silent page hears nothing more then.</param>
    public async Task<IResult> FollowAsync(HttpContext context, Principal who, string? session, string? kind, CancellationToken leaves)
    {
        var response = context.Response;
        if (HeadRequest.Is(context))
        {
            response.ContentType = ContentType;
            return Results.Empty;
        }
        using var listener = feed.Listen(who, session, kind);
        if (listener is null)
            return ApiProblem.Of(
                StatusCodes.Status503ServiceUnavailable, "Too many pages",
                $"at most {LiveFeed.MostOfSession} pages of a session, {LiveFeed.MostOfToken} of a token and {LiveFeed.MostListeners} in "
                + "all may be live at a time");
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, surroundings.Stopping, leaves);
        try
        {
            await SendAsync(response, Begin, ends.Token);
            await foreach (var text in listener.Texts.ReadAllAsync(ends.Token))
                await SendAsync(response, text, ends.Token);
            await SendAsync(response, Dropped, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The page was closed, the appliance stops, the session ended, or the tokens changed: all of them end the answer.
            return Results.Empty;
        }
        return Results.Empty;
    }

    private static async Task SendAsync(HttpResponse response, byte[] text, CancellationToken cancellationToken)
    {
        await response.Body.WriteAsync(text, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
