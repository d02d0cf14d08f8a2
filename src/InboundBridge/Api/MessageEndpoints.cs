using System.Globalization;
using InboundBridge.Http.Access;
using InboundBridge.Http.Answers;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Api;

/// <summary><c>/api/v1/messages</c>.</summary>
internal static class MessageEndpoints
{
    private const string Base = "/api/v1/messages";

    public static void Map(IEndpointRouteBuilder routes, ApiRoutes api)
    {
        routes.MapGet(Base, api.Read(context => ListAsync(context, api)));
        routes.MapGet(Base + "/{id}", api.Read(context => ShowAsync(context, api)));
        routes.MapDelete(Base + "/{id}", api.Change((context, caller) => DeleteAsync(context, caller, api)));
        routes.MapGet(Base + "/{id}/raw", api.ReadOrLink(context => RawAsync(context, api)));
        routes.MapGet(Base + "/{id}/attachments/{index}", api.ReadOrLink(context => AttachmentAsync(context, api)));
        routes.MapGet(Base + "/{id}/trace", api.Read(context => TraceAsync(context, api)));
    }

    /// <summary>The names of the query that <see cref="FilterOf"/> reads, and those of the page.</summary>
    public static string[] Filters { get; } = ["sender", "recipient", "subject", "tag", "state", "since", "before", "limit", "cursor"];

    public static MessageFilter FilterOf(ApiQuery query, ApiRoutes api) => new()
    {
        Sender = query.Text("sender"),
        Recipient = query.Text("recipient"),
        Subject = query.Text("subject"),
        Tag = query.Text("tag"),
        State = query.State(),
        Since = query.Instant("since", api.Parts.Clock),
        Before = query.Instant("before", api.Parts.Clock),
    };

    private static async Task<IResult> ListAsync(HttpContext context, ApiRoutes api)
    {
        var query = new ApiQuery(context.Request.Query, Filters);
        var filter = FilterOf(query, api);
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

    private static async Task<IResult> DeleteAsync(HttpContext context, ApiCaller caller, ApiRoutes api)
    {
        var id = Id(context);
        var query = new ApiQuery(context.Request.Query);
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        if (await api.Parts.Queue.EraseAsync(id, context.RequestAborted) is not { } cancelled)
            return ApiProblem.NotFound("such message");
        api.Audit.Changed(caller, "delete", id, 1);
        return Results.Json(new { Id = id, Erased = true, Cancelled = cancelled }, ApiShapes.Json);
    }

    private static async Task<IResult> RawAsync(HttpContext context, ApiRoutes api)
    {
        var id = Id(context);
        return await api.Parts.Spool.OpenContentAsync(id, context.RequestAborted) is { } source
            ? Download.Of(context, source.AsStream(), "message/rfc822", source.Length, $"{id}.eml", "message.eml")
            : ApiProblem.NotFound("such message, or its octets are gone");
    }

    private static async Task<IResult> AttachmentAsync(HttpContext context, ApiRoutes api)
    {
        if (!int.TryParse((string?)context.Request.RouteValues["index"], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return ApiProblem.BadRequest("the attachment's number is expected, from 1");
        if (await api.Parts.Spool.OpenContentAsync(Id(context), context.RequestAborted) is not { } source)
            return ApiProblem.NotFound("such message, or its octets are gone");
        context.Response.RegisterForDispose(source);
        var mail = await ParsedMail.OpenAsync(source, api.Parts.Reception.CurrentPolicy.Mime, context.RequestAborted);
        if (mail.Attachments.FirstOrDefault(attachment => attachment.Index == index) is not { } found)
            return ApiProblem.NotFound("such attachment");
        return Download.Of(context, found.OpenContent(), "application/octet-stream", length: null, found.FileName, $"attachment-{index}");
    }

    /// <summary>What was recorded on the mail's way: how it came, what decided, what each attempt was told.</summary>
    private static async Task<IResult> TraceAsync(HttpContext context, ApiRoutes api)
    {
        var id = Id(context);
        if (await api.Parts.Spool.FindMessageAsync(id, context.RequestAborted) is not { } message)
            return ApiProblem.NotFound("such message");
        var trace = new MessageTrace(message);
        foreach (var delivery in await api.Parts.Spool.FindDeliveriesAsync(id, context.RequestAborted))
            trace.Add(delivery, await api.Parts.Spool.ListAttemptsAsync(delivery.Id, context.RequestAborted));
        return Results.Json(trace.ToShape(), ApiShapes.Json);
    }

    private static string Id(HttpContext context) => (string)context.Request.RouteValues["id"]!;
}
