using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook;

namespace InboundBridge.UnitTests.Host.Examples.Receivers;

/// <summary>Discord's webhooks: the limits of messages and embeds, and who may be mentioned.</summary>
internal sealed partial class DiscordApi : ImitatedApi
{
    public override string Name => "discord";

    protected override string? Problem(RecordedRequest request)
    {
        if (Json(request) is not { } message)
            return "50109: invalid JSON";
        var embeds = message["embeds"] as JsonArray ?? [];
        if (Text(message["content"]).Length == 0 && embeds.Count == 0)
            return "50006: an empty message";
        if (Text(message["content"]).Length > 2000 || embeds.Count > 10)
            return "50035: content";
        if (embeds.Select(embed => Embed((JsonObject)embed!)).FirstOrDefault(problem => problem is not null) is { } wrong)
            return wrong;
        if (embeds.Sum(embed => Counted((JsonObject)embed!).Sum(text => text.Length)) > 6000)
            return "50035: embeds exceed 6000 characters";
        if (message["allowed_mentions"]?["parse"] is not JsonArray { Count: 0 })
            return "a mail could mention everybody";
        if (Texts(embeds).Any(text => MaskedLink().IsMatch(text)))
            return "a mail could hide a link";
        return Texts(message).Any(HasControls) ? "control characters" : null;
    }

    private static string? Embed(JsonObject embed)
    {
        if (Text(embed["title"]).Length > 256 || Text(embed["description"]).Length > 4096 || Text(embed["author"]?["name"]).Length > 256
            || Text(embed["footer"]?["text"]).Length > 2048)
            return "50035: embed";
        return (embed["fields"] as JsonArray ?? []).Any(field =>
            Text(field!["name"]) is not { Length: > 0 and <= 256 } || Text(field["value"]) is not { Length: > 0 and <= 1024 })
            ? "50035: fields" : null;
    }

    /// <summary>What counts for the 6,000 characters.</summary>
    private static IEnumerable<string> Counted(JsonObject embed) =>
        new[] { Text(embed["title"]), Text(embed["description"]), Text(embed["author"]?["name"]), Text(embed["footer"]?["text"]) }
            .Concat((embed["fields"] as JsonArray ?? []).SelectMany(field => new[] { Text(field!["name"]), Text(field["value"]) }));

    [GeneratedRegex(@"(?<!\\)(?:\\\\)*\[[^\]]*\]\(")]
    private static partial Regex MaskedLink();
}
