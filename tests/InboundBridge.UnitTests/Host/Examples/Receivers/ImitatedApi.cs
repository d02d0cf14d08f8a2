using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook;

namespace InboundBridge.UnitTests.Host.Examples.Receivers;

/// <summary>
/// A service as far as its documentation goes: it refuses what the real one refuses, with 400 and the reason, and remembers the rest.
/// </summary>
internal abstract class ImitatedApi : HttpMessageHandler
{
    public abstract string Name { get; }

    public List<RecordedRequest> Accepted { get; } = [];

    public List<string> Refused { get; } = [];

    /// <summary>What the service finds wrong; null when it takes the request.</summary>
    protected abstract string? Problem(RecordedRequest request);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var recorded = await RecordedRequest.FromAsync(request, cancellationToken);
        var problem = recorded.Header("User-Agent") is null ? "no User-Agent" : Problem(recorded);
        if (problem is null)
            Accepted.Add(recorded);
        else
            Refused.Add(problem);
        return new HttpResponseMessage(problem is null ? HttpStatusCode.OK : HttpStatusCode.BadRequest);
    }

    protected static JsonObject? Json(RecordedRequest request)
    {
        try
        {
            return request.Header("Content-Type")?.StartsWith("application/json", StringComparison.Ordinal) == true
                ? JsonNode.Parse(request.Body) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    protected static string Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : string.Empty;

    /// <summary>Every text of a document.</summary>
    protected static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(entry => Texts(entry.Value)),
        JsonArray list => list.SelectMany(Texts),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };

    /// <summary>Control characters that a mail must not bring into a window, and those that turn the direction of writing.</summary>
    protected static bool HasControls(string text) => text.Any(letter =>
        (char.IsControl(letter) && letter is not ('\n' or '\t')) || letter is >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069');
}
