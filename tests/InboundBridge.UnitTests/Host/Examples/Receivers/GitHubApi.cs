using System.Text.Json.Nodes;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook;

namespace InboundBridge.UnitTests.Host.Examples.Receivers;

/// <summary>GitHub's "create an issue": lengths, the token, and Markdown that would notify people.</summary>
internal sealed class GitHubApi : ImitatedApi
{
    public override string Name => "github";

    protected override string? Problem(RecordedRequest request)
    {
        if (request.Header("Authorization") != "Bearer example")
            return "401: Requires authentication";
        if (request.Header("Accept") != "application/vnd.github+json")
            return "415";
        if (Json(request) is not { } issue)
            return "400: Problems parsing JSON";
        var (title, body) = (Text(issue["title"]), Text(issue["body"]));
        if (string.IsNullOrWhiteSpace(title) || title.Length > 256)
            return "422: title";
        if (body.Length > 65_536)
            return "422: body is too long (maximum is 65536 characters)";
        if (issue["labels"] is not JsonArray)
            return "422: labels";
        var lines = body.Split('\n');
        if (lines[0] != "````text" || lines[^1] != "````" || lines[1..^1].Any(line => line.Contains("````", StringComparison.Ordinal)))
            return "a mail could leave the code block";
        return Texts(issue).Any(HasControls) ? "control characters" : null;
    }
}
