using System.Text;
using System.Text.Json;

namespace InboundBridge.Acme.Protocol;

/// <summary>An answer of the authority, read whole within <see cref="AcmeLimits"/>.</summary>
internal sealed record AcmeReply(Uri Url, int Status, byte[] Body)
{
    public string MediaType { get; init; } = string.Empty;

    /// <summary>A nonce for the next request (RFC 8555 §6.5.1); null without one.</summary>
    public string? Nonce { get; init; }

    /// <summary>The object that the request made; null without one.</summary>
    public Uri? Location { get; init; }

    /// <summary>Not yet bounded; null where the authority did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public bool IsSuccess => Status is >= 200 and < 300;

    public string Text => Encoding.UTF8.GetString(Body);

    /// <exception cref="AcmeException">It is no JSON object.</exception>
    public JsonElement Json(AcmeLimits limits)
    {
        if (!MediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase))
            throw new AcmeException(
                $"{AcmeText.Shown(Url)} answers with '{AcmeText.Shown(MediaType)}' instead of JSON", AcmeText.NotAnAuthority);
        try
        {
            return Parse(limits) is { ValueKind: JsonValueKind.Object } json
                ? json : throw new AcmeException($"{AcmeText.Shown(Url)} answers with JSON that is no object", AcmeText.NotAnAuthority);
        }
        catch (JsonException fault)
        {
            throw new AcmeException($"{AcmeText.Shown(Url)} answers with JSON that can't be read", AcmeText.NotAnAuthority, fault);
        }
    }

    /// <exception cref="JsonException">The body is no JSON, or one of its texts is no Unicode.</exception>
    public JsonElement Parse(AcmeLimits limits)
    {
        using var document = JsonDocument.Parse(Body, new JsonDocumentOptions { MaxDepth = limits.JsonDepth });
        try
        {
            // A document reads its texts only when they are asked for, and would fail there.
            var reader = new Utf8JsonReader(Body, new JsonReaderOptions { MaxDepth = limits.JsonDepth });
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                    reader.GetString();
            }
        }
        catch (InvalidOperationException fault)
        {
            throw new JsonException("a text is no Unicode", fault);
        }
        return document.RootElement.Clone();
    }
}
