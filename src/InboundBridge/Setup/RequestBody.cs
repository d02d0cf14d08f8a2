using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace InboundBridge.Setup;

/// <summary>The body of a request in the form that rule tests compare.</summary>
/// <param name="Text">Null when it is not text.</param>
/// <param name="Parsed">JSON, or the fields of a form; null for any other body.</param>
internal sealed record RequestBody(string? Text, JsonNode? Parsed, bool IsForm)
{
    /// <summary>Octets of one field of a form. Our own formats write them, so this is no defence.</summary>
    private const int LongestField = 64 * 1024 * 1024;

    public static async ValueTask<RequestBody> ReadAsync(WebhookPreview request, CancellationToken cancellationToken)
    {
        var octets = request.Body;
        var text = TextOf(octets.Span);
        var type = request.Headers.LastOrDefault(header => header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value;
        if (!MediaTypeHeaderValue.TryParse(type, out var media))
            return new RequestBody(text, null, IsForm: false);
        if (media.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            return new RequestBody(text, UrlEncoded(text ?? string.Empty), IsForm: true);
        if (media.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            return new RequestBody(text, await MultipartAsync(octets, media, cancellationToken), IsForm: true);
        return new RequestBody(text, text is null ? null : Json(text), IsForm: false);
    }

    private static string? TextOf(ReadOnlySpan<byte> octets) =>
        System.Text.Unicode.Utf8.IsValid(octets) ? Encoding.UTF8.GetString(octets) : null;

    /// <summary>SNS sends JSON as text/plain, so the type does not decide.</summary>
    private static JsonNode? Json(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonObject UrlEncoded(string text) =>
        new(QueryHelpers.ParseQuery(text).Select(field => KeyValuePair.Create(
            field.Key, field.Value.Count == 1 ? JsonValue.Create(field.Value[0]) : (JsonNode?)new JsonArray(
                [.. field.Value.Select(value => JsonValue.Create(value))]))));

    private static async ValueTask<JsonObject> MultipartAsync(
        ReadOnlyMemory<byte> octets, MediaTypeHeaderValue media, CancellationToken cancellationToken)
    {
        var fields = new JsonObject();
        var boundary = HeaderUtilities.RemoveQuotes(media.Boundary).Value ?? string.Empty;
        var reader = new MultipartReader(boundary, new MemoryStream(octets.ToArray())) { BodyLengthLimit = LongestField };
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (section.GetContentDispositionHeader() is not { } disposition)
                continue;
            using var body = new MemoryStream();
            await section.Body.CopyToAsync(body, cancellationToken);
            var content = JsonValue.Create(TextOf(body.ToArray()) ?? Convert.ToBase64String(body.ToArray()));
            var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? string.Empty;
            JsonNode value = disposition.IsFileDisposition()
                ? new JsonObject
                {
                    ["filename"] = HeaderUtilities.RemoveQuotes(disposition.FileName).Value,
                    ["content_type"] = section.ContentType,
                    ["content"] = content,
                }
                : content;
            if (fields[name] is JsonArray several)
                several.Add(value);
            else
                fields[name] = fields[name] is { } first ? new JsonArray(first.DeepClone(), value) : value;
        }
        return fields;
    }
}
