using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook;

namespace InboundBridge.UnitTests.Host.Examples.Receivers;

/// <summary>Slack's incoming webhooks: Block Kit's limits, and control sequences in angle brackets.</summary>
internal sealed partial class SlackApi : ImitatedApi
{
    public override string Name => "slack";

    protected override string? Problem(RecordedRequest request)
    {
        if (Json(request) is not { } message)
            return "invalid_payload";
        if (Text(message["text"]) is not { Length: > 0 and <= 40_000 })
            return "no_text";
        if (message["blocks"] is not JsonArray { Count: > 0 and <= 50 } blocks)
            return "invalid_blocks";
        if (blocks.Select(block => Block((JsonObject)block!)).FirstOrDefault(problem => problem is not null) is { } wrong)
            return wrong;
        var texts = Texts(message).ToList();
        if (texts.Exists(text => text.AsSpan().IndexOfAny('<', '>') >= 0 || LooseAmpersand().IsMatch(text)))
            return "control characters are not escaped";
        return texts.Exists(HasControls) ? "invalid_characters" : null;
    }

    private static string? Block(JsonObject block) => Text(block["type"]) switch
    {
        "header" => Element(block["text"], 150, plain: true),
        "section" => Element(block["text"], 3000, plain: false),
        "context" => block["elements"] is JsonArray { Count: > 0 and <= 10 } elements
            ? elements.Select(element => Element(element, 3000, plain: false)).FirstOrDefault(problem => problem is not null)
            : "context without elements",
        var other => $"unknown block {other}",
    };

    private static string? Element(JsonNode? text, int most, bool plain)
    {
        if (text is not JsonObject element || Text(element["type"]) is not ("plain_text" or "mrkdwn"))
            return "no text object";
        if (plain && Text(element["type"]) != "plain_text")
            return "a header is plain text";
        var length = Text(element["text"]).Length;
        return length > 0 && length <= most ? null : $"a text of {length} characters";
    }

    [GeneratedRegex("&(?!(?:amp|lt|gt);)")]
    private static partial Regex LooseAmpersand();
}
