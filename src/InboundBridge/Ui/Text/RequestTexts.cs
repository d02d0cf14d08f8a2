using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using InboundBridge.Explaining;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;

namespace InboundBridge.Ui.Text;

/// <summary>Turns requests into text that a page shows. Bounded: a request may carry a mail with its attachments.</summary>
internal static class RequestTexts
{
    /// <summary>Octets of a body that are shown.</summary>
    private const int LongestBody = 128 * 1024;

    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="hide">Masks the configuration's secrets; null where that is done already.</param>
    public static RequestText Of(WebhookPreview preview, Func<string, string>? hide = null)
    {
        var request = hide is null ? preview : Masked(preview, hide);
        var body = request.Body.Span;
        var isText = System.Text.Unicode.Utf8.IsValid(body);
        var isCut = body.Length > LongestBody;
        var text = isText ? Encoding.UTF8.GetString(isCut ? body[..LongestBody] : body) : null;
        return new RequestText(
            request.Method, request.Url, request.Headers, request.Problem ?? request.SkipReason, text,
            isText && !isCut ? Formatted(request) : null, isCut, body.Length,
            request.Url is null || isCut ? null : CurlCommand.Of(request));
    }

    private static WebhookPreview Masked(WebhookPreview request, Func<string, string> hide) => request with
    {
        Url = request.Url is { } url ? hide(url) : null,
        Problem = request.Problem is { } problem ? hide(problem) : null,
        Headers = [.. request.Headers.Select(header => KeyValuePair.Create(header.Key, hide(header.Value)))],
    };

    private static string? Formatted(WebhookPreview request)
    {
        var type = request.Headers.FirstOrDefault(header => header.Key == "Content-Type").Value ?? string.Empty;
        if (!type.Contains("json", StringComparison.OrdinalIgnoreCase))
            return null;
        try
        {
            using var json = JsonDocument.Parse(request.Body);
            return JsonSerializer.Serialize(json.RootElement, Indented);
        }
        catch (JsonException)
        {
            // A transform may send what is no JSON under its name: then the octets are shown as they are.
            return null;
        }
    }
}
