using System.Text.Json.Nodes;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook;

namespace InboundBridge.UnitTests.Host.Examples.Receivers;

/// <summary>A workflow of Teams that posts an Adaptive Card: 28 KB, and texts that know no Markdown.</summary>
internal sealed class TeamsApi : ImitatedApi
{
    private const int LargestMessage = 28 * 1024;

    public override string Name => "teams";

    protected override string? Problem(RecordedRequest request)
    {
        if (request.Body.Length > LargestMessage)
            return $"413: {request.Body.Length} octets";
        if (Json(request) is not { } message || Text(message["type"]) != "message")
            return "no message";
        if (message["attachments"] is not JsonArray { Count: 1 } attachments
            || Text(attachments[0]!["contentType"]) != "application/vnd.microsoft.card.adaptive")
            return "no card";
        var card = attachments[0]!["content"] as JsonObject;
        if (Text(card?["type"]) != "AdaptiveCard" || Text(card?["version"]).Length == 0
            || card?["body"] is not JsonArray { Count: > 0 } body)
            return "the card has no type, version or body";
        foreach (var block in body)
        {
            if (Text(block!["type"]) != "RichTextBlock" || block["inlines"] is not JsonArray { Count: > 0 } runs)
                return "a text that renders Markdown";
            if (runs.Any(run => Text(run!["type"]) != "TextRun" || Text(run["text"]).Length == 0))
                return "an empty text";
        }
        if (card["msteams"] is not null)
            return "entities could mention somebody";
        return Texts(message).Any(HasControls) ? "control characters" : null;
    }
}
