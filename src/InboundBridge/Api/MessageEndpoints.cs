using System.Globalization;
using InboundBridge.MailFlow.Spool;
using InboundBridge.Mime;

namespace InboundBridge.Api;

/// <summary><c>/api/v1/messages</c>.</summary>
internal static class MessageEndpoints
{
    private const string Base = "/api/v1/messages";

    public static void Map(IEndpointRouteBuilder routes, ApiRoutes api)
    {
        routes.MapGet(Base, api.Read(context => ListAsync(context, api)));
        routes.MapGet(Base + "/{id}", api.Read(context => ShowAsync(context, api)));
        routes.MapGet(Base + "/{id}/raw", api.ReadOrLink(context => RawAsync(context, api)));
        routes.MapGet(Base + "/{id}/attachments/{index}", api.ReadOrLink(context => AttachmentAsync(context, api)));
        routes.MapPost(Base + "/{id}/replay", api.Change((context, caller) => ReplayAsync(context, caller, api)));
    }

    private static async Task<IResult> ListAsync(HttpContext context, ApiRoutes api)
    {
        var query = new ApiQuery(context.Request.Query, "sender", "recipient", "subject", "tag", "state", "since", "before", "limit", "cursor");
        var filter = new MessageFilter
        {
            Sender = query.Text("sender"),
            Recipient = query.Text("recipient"),
            Subject = query.Text("subject"),
            Tag = query.Text("tag"),
            State = query.State(),
            Since = query.Instant("since"),
            Before = query.Instant("before"),
        };
        var limit = query.Limit();
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        var page = await api.Parts.Spool.ListMessagesAsync(filter, query.Cursor, limit, context.RequestAborted);
        return ApiShapes.List(page.Items.Select(ApiShapes.Message), page.Next);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, ApiRoutes api)
    {
        var id = Id(context);
        if (await api.Parts.Spool.FindMessageAsync(id, context.RequestAborted) is not { } message)
            return ApiProblem.NotFound("such message");
        var deliveries = await api.Parts.Spool.FindDeliveriesAsync(id, context.RequestAborted);
        return Results.Json(ApiShapes.MessageInFull(message, deliveries), ApiShapes.Json);
    }

    private static async Task<IResult> RawAsync(HttpContext context, ApiRoutes api)
    {
        var source = await api.Parts.Spool.OpenContentAsync(Id(context), context.RequestAborted);
        return source is null ? ApiProblem.NotFound("such message, or its octets are gone") : Results.Stream(new SourceStream(source), "message/rfc822");
    }

    private static async Task<IResult> AttachmentAsync(HttpContext context, ApiRoutes api)
    {
        if (!int.TryParse((string?)context.Request.RouteValues["index"], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return ApiProblem.BadRequest("the attachment's number is expected, from 1");
        if (await api.Parts.Spool.OpenContentAsync(Id(context), context.RequestAborted) is not { } source)
            return ApiProblem.NotFound("such message, or its octets are gone");
        context.Response.RegisterForDispose(source);
        if (MimeMessage.Open(source).Attachments.FirstOrDefault(attachment => attachment.Index == index) is not { } found)
            return ApiProblem.NotFound("such attachment");
        // What strangers send must not run in the operator's browser: always a download, never sniffed.
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Stream(found.OpenContent(), "application/octet-stream", found.FileName ?? $"attachment-{index}");
    }

    private static async Task<IResult> ReplayAsync(HttpContext context, ApiCaller caller, ApiRoutes api)
    {
        var id = Id(context);
        if (await api.Parts.Spool.FindMessageAsync(id, context.RequestAborted) is null)
            return ApiProblem.NotFound("such message");
        var count = await api.Parts.Queue.ReplayAsync(id, context.RequestAborted);
        if (count == 0)
            return ApiProblem.Of(StatusCodes.Status409Conflict, "Not replayed", "the message's octets are gone, or it never had a destination");
        api.Audit.Changed(caller, "replay", id, count);
        return Results.Json(new { Deliveries = count }, ApiShapes.Json);
    }

    private static string Id(HttpContext context) => (string)context.Request.RouteValues["id"]!;
}
