using System.Text.Json;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>A request as Peers/node/receiver.mjs received it.</summary>
/// <param name="Arrived">Milliseconds since 1970.</param>
/// <param name="Status">The status of the answer; 0 for no answer.</param>
/// <param name="Verified">Whether the signature is valid; null when the receiver has no secret.</param>
internal sealed record WebhookRequest(
    int Number,
    long Arrived,
    string Method,
    string Path,
    Dictionary<string, string> Headers,
    string BodyFile,
    long Size,
    string Sha256,
    int Status,
    bool? Verified,
    string? VerifiedBy,
    string? Problem)
{
    private JsonElement? _json;

    public string Id => Headers["webhook-id"];

    public byte[] Body => File.ReadAllBytes(BodyFile);

    public JsonElement Json => _json ??= JsonDocument.Parse(Body).RootElement;

    /// <summary>The native format's <c>data</c>.</summary>
    public JsonElement Data => Json.GetProperty("data");
}
