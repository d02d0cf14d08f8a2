using System.Globalization;
using System.Text;
using InboundBridge.Http.Answers;
using InboundBridge.Operations;
using InboundBridge.Operations.Messages;
using InboundBridge.Operations.Principals;
using InboundBridge.Ui.Access;
using InboundBridge.Ui.MailHtml;
using InboundBridge.Ui.Routing;

namespace InboundBridge.Ui.Pages.Message;

/// <summary>What strangers sent: the HTML for the frame, and downloads. None of it is ever a page of our own.</summary>
internal sealed class MessageFiles(ApplianceOperations operations, TimeProvider clock)
{
    public void Map(UiRoutes routes)
    {
        routes.Get("/messages/{id}/html", Operation.OpenMail, HtmlAsync);
        routes.Get("/messages/{id}/raw", Operation.OpenMail, RawAsync);
        routes.Get("/messages/{id}/attachments/{index}", Operation.OpenMail, AttachmentAsync);
    }

    private async Task<UiAnswer> HtmlAsync(UiRequest request)
    {
        if (request.ReadQuery().Problem is { } problem)
            return UiAnswer.Trouble.Bad(problem);
        UiHeaders.ApplyToMail(request.Context.Response.Headers);
        if (await operations.Reading.ReadHtmlAsync(request.Who, request.Path("id"), request.Aborted) is not { } html)
            return new UiAnswer.Other(
                Frame(new CleanHtml(string.Empty, 0, false, "There is no HTML to show."), StatusCodes.Status404NotFound));
        return new UiAnswer.Other(Frame(await HtmlCleaner.CleanAsync(html, clock, request.Aborted), StatusCodes.Status200OK));
    }

    private async Task<UiAnswer> RawAsync(UiRequest request)
    {
        if (request.ReadQuery().Problem is { } problem)
            return UiAnswer.Trouble.Bad(problem);
        var id = request.Path("id");
        return await operations.Messages.OpenAsync(request.Who, id, request.Aborted) is { } source
            ? new UiAnswer.Other(
                Download.Of(request.Context, source.AsStream(), "message/rfc822", source.Length, $"{id}.eml", "message.eml"))
            : UiAnswer.Trouble.NoMessage("such message, or its octets are gone");
    }

    private async Task<UiAnswer> AttachmentAsync(UiRequest request)
    {
        if (request.ReadQuery().Problem is { } problem)
            return UiAnswer.Trouble.Bad(problem);
        if (!int.TryParse(request.Path("index"), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return UiAnswer.Trouble.NoMessage("such attachment");
        switch (await operations.Messages.OpenAttachmentAsync(request.Who, request.Path("id"), index, request.Aborted))
        {
            case AttachmentOutcome.Found(var mail, var attachment):
                request.Context.Response.RegisterForDispose(mail);
                return new UiAnswer.Other(Download.Of(
                    request.Context, attachment.OpenContent(), "application/octet-stream", length: null, attachment.FileName,
                    $"attachment-{index}"));
            case AttachmentOutcome.NoAttachment:
                return UiAnswer.Trouble.NoMessage("such attachment");
            default:
                return UiAnswer.Trouble.NoMessage("such message, or its octets are gone");
        }
    }

    private static IResult Frame(CleanHtml html, int status) =>
        Results.Content(MailFrame.Of(html), "text/html; charset=utf-8", Encoding.UTF8, status);
}
