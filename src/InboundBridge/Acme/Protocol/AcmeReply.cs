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
            throw new AcmeException($"{Url} answers with '{AcmeText.Shown(MediaType)}' instead of JSON", AcmeText.NotAnAuthority);
        try
        {
            using var document = JsonDocument.Parse(Body, new JsonDocumentOptions { MaxDepth = limits.JsonDepth });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document.RootElement.Clone();
        }
        catch (JsonException fault)
        {
            throw new AcmeException($"{Url} answers with JSON that can't be read", AcmeText.NotAnAuthority, fault);
        }
        throw new AcmeException($"{Url} answers with JSON that is no object", AcmeText.NotAnAuthority);
    }
}
