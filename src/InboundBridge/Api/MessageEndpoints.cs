using System.Globalization;
using InboundBridge.Api.Json;
using InboundBridge.Api.Routing;
using InboundBridge.Http.Answers;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Messages;
using InboundBridge.Operations.Principals;

namespace InboundBridge.Api;

/// <summary><c>/api/v1/messages</c>.</summary>
internal sealed class MessageEndpoints(MessageOperations messages, TimeProvider clock)
{
    private const string Base = "/messages";

    public void Map(ApiRoutes routes)
    {
        routes.Get(Base, Operation.ListMessages, ListAsync).Named("listMessages", "Messages, newest first.")
            .Takes(ApiParameters.Messages).Takes(ApiParameters.Page).Answers(typeof(PageJson<MessageJson>), "A page.").Refuses(400);
        routes.Get(Base + "/{id}", Operation.ShowMessage, ShowAsync).Named("showMessage", "One message with its deliveries.")
            .Takes(ApiParameters.MessageId).Answers(typeof(MessageInFullJson), "The message.").Refuses(404);
        routes.Delete(Base + "/{id}", Operation.Delete, DeleteAsync)
            .Named("deleteMessage",
                "Erases the octets of a message and everything read from them, at once and for good, and cancels its open deliveries. Its record stays.")
            .Takes(ApiParameters.MessageId).Answers(typeof(ErasureJson), "It is erased, now or before.")
                .Refuses(400, 404);
        routes.GetByLink(Base + "/{id}/raw", Operation.OpenMail, OpenAsync)
            .Named("rawMessage", "The mail as it is stored. A signed link needs no token.")
            .Takes(ApiParameters.MessageId).Takes(ApiParameters.Link).Answers(typeof(Stream), "The mail.", contentType: "message/rfc822")
                .Refuses(404);
        routes.GetByLink(Base + "/{id}/attachments/{index}", Operation.OpenMail, OpenAttachmentAsync)
            .Named("attachment", "One attachment, decoded, as a download. A signed link needs no token.")
            .Takes(ApiParameters.MessageId, ApiParameters.InPath("index", "From 1.")).Takes(ApiParameters.Link)
            .Answers(typeof(Stream), "The octets.", contentType: "application/octet-stream").Refuses(400, 404);
        routes.Get(Base + "/{id}/trace", Operation.TraceMessage, TraceAsync)
            .Named("traceMessage", "The recorded steps of the message.")
            .Takes(ApiParameters.MessageId).Answers(typeof(TraceJson), "The steps, in the order of time.").Refuses(404);
    }

    /// <summary>Reads the parameters of <see cref="ApiParameters.Messages"/>.</summary>
    public static MessageFilter FilterOf(ApiQuery query, TimeProvider clock) => new()
    {
        Sender = query.Text("sender"),
        Recipient = query.Text("recipient"),
        Subject = query.Text("subject"),
        Tag = query.Text("tag"),
        Rule = query.Text("rule"),
        State = query.State(),
        Since = query.Instant("since", clock),
        Before = query.Instant("before", clock),
    };

    private async Task<IResult> ListAsync(ApiRequest request)
    {
        var query = request.ReadQuery();
        var (filter, cursor, limit) = (FilterOf(query, clock), query.MessageCursor(), query.Limit());
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        var page = await messages.ListAsync(request.Who, filter, cursor, limit, request.Aborted);
        return ApiJson.List(page.Items.Select(MessageJson.Of), page.Next);
    }

    private async Task<IResult> ShowAsync(ApiRequest request) =>
        await messages.FindAsync(request.Who, request.Path("id"), request.Aborted) is { } found
            ? ApiJson.Of(MessageInFullJson.Of(found))
            : ApiProblem.NotFound("such message");

    private async Task<IResult> DeleteAsync(ApiRequest request)
    {
        var id = request.Path("id");
        if (request.ReadQuery().Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        return await messages.EraseAsync(request.Who, id, request.Aborted) is { } cancelled
            ? ApiJson.Of(new ErasureJson(id, true, cancelled))
            : ApiProblem.NotFound("such message");
    }

    private async Task<IResult> OpenAsync(ApiRequest request)
    {
        var id = request.Path("id");
        return await messages.OpenAsync(request.Who, id, request.Aborted) is { } source
            ? Download.Of(request.Context, source.AsStream(), "message/rfc822", source.Length, $"{id}.eml", "message.eml")
            : ApiProblem.NotFound("such message, or its octets are gone");
    }

    private async Task<IResult> OpenAttachmentAsync(ApiRequest request)
    {
        if (!int.TryParse(request.Path("index"), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return ApiProblem.BadRequest("expected the attachment's number, from 1");
        switch (await messages.OpenAttachmentAsync(request.Who, request.Path("id"), index, request.Aborted))
        {
            case AttachmentOutcome.Found(var mail, var attachment):
                request.Context.Response.RegisterForDispose(mail);
                return Download.Of(
                    request.Context, attachment.OpenContent(), "application/octet-stream", length: null, attachment.FileName,
                    $"attachment-{index}");
            case AttachmentOutcome.NoAttachment:
                return ApiProblem.NotFound("such attachment");
            default:
                return ApiProblem.NotFound("such message, or its octets are gone");
        }
    }

    private async Task<IResult> TraceAsync(ApiRequest request) =>
        await messages.TraceAsync(request.Who, request.Path("id"), request.Aborted) is { } history
            ? ApiJson.Of(TraceJson.Of(history))
            : ApiProblem.NotFound("such message");
}
