using System.Text;
using System.Text.Json.Nodes;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook;

namespace InboundBridge.UnitTests.Host.Examples.Receivers;

/// <summary>Zendesk's "create ticket": the comment, the requester, the tags, and placeholders that it would fill.</summary>
internal sealed class ZendeskApi : ImitatedApi
{
    private const int LargestComment = 64 * 1024;

    public override string Name => "zendesk";

    protected override string? Problem(RecordedRequest request)
    {
        if (request.Header("Authorization")?.StartsWith("Basic ", StringComparison.Ordinal) != true)
            return "401";
        if (request.Header("Idempotency-Key") is not { Length: > 0 })
            return "a repeated request would make a second ticket";
        if (Json(request)?["ticket"] is not JsonObject ticket)
            return "400: ticket is required";
        var comment = Text(ticket["comment"]?["body"]);
        if (string.IsNullOrWhiteSpace(comment) || Encoding.UTF8.GetByteCount(comment) > LargestComment)
            return $"422: comment of {comment.Length} characters";
        if (Text(ticket["subject"]) is not { Length: > 0 and <= 150 })
            return "422: subject";
        var requester = ticket["requester"];
        if (Text(requester?["name"]).Length == 0 || !Text(requester?["email"]).Contains('@', StringComparison.Ordinal))
            return "422: requester";
        if (ticket["tags"] is not JsonArray tags || tags.Any(tag => Text(tag).Any(letter => char.IsWhiteSpace(letter) || letter == ',')))
            return "422: tags";
        if (Texts(ticket).Any(text => text.Contains("{{", StringComparison.Ordinal)))
            return "a mail could read a placeholder";
        return Texts(ticket).Any(HasControls) ? "control characters" : null;
    }
}
