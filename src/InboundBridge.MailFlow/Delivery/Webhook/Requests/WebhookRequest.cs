using System.Globalization;
using System.Net.Http.Headers;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Queue.Asking;
using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.MailFlow.Delivery.Webhook.Requests;

/// <summary>
/// Makes the HTTP request of one attempt: the body with the headers of every format, of the vendor, and of the configuration.
/// </summary>
internal static class WebhookRequest
{
    public static HttpRequestMessage Create(
        PreparedWebhook webhook, Uri url, WebhookContent content, DeliveryAttempt attempt, DateTimeOffset now, string userAgent) =>
        Create(
            webhook, url, content, AskedIds.ForReceivers(attempt.Delivery.Id), attempt.Number, attempt.Delivery.IsReplay, now, userAgent,
            attempt.TraceParent);

    /// <param name="id">Becomes <c>webhook-id</c>.</param>
    public static HttpRequestMessage Create(
        PreparedWebhook webhook, Uri url, WebhookContent content,
        string id, int number, bool isReplay, DateTimeOffset now, string userAgent, string? traceParent = null)
    {
        var timestamp = now.ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new BodyContent(content.Body) };
        var headers = request.Headers;
        headers.TryAddWithoutValidation("User-Agent", userAgent);
        headers.TryAddWithoutValidation("webhook-id", id);
        headers.TryAddWithoutValidation("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        if (webhook.Signer.Sign(id, timestamp, content.Body) is { } signature)
            headers.TryAddWithoutValidation("webhook-signature", signature);
        headers.TryAddWithoutValidation("X-InboundBridge-Attempt", number.ToString(CultureInfo.InvariantCulture));
        if (isReplay)
            headers.TryAddWithoutValidation("X-InboundBridge-Replay", "true");
        if (traceParent is not null)
            headers.TryAddWithoutValidation("traceparent", traceParent);
        if (webhook.AuthorizationFor(url) is { } authorization)
            headers.Authorization = authorization;
        foreach (var (name, value) in content.Headers)
            headers.TryAddWithoutValidation(name, value);
        foreach (var (name, value) in webhook.Options.Headers)
            Replace(request, name, value);
        foreach (var (name, value) in content.Replacing)
            Replace(request, name, value);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", content.ContentType);
        return request;
    }

    /// <summary>
    /// A header of the configuration or of a transform replaces ours (User-Agent, Authorization). The names that must stay were refused
    /// before.
    /// </summary>
    private static void Replace(HttpRequestMessage request, string name, string value)
    {
        if (request.Headers.NonValidated.Contains(name))
            request.Headers.Remove(name);
        // HttpClient keeps what describes the body, such as Content-Language, with the body.
        if (!request.Headers.TryAddWithoutValidation(name, value))
            request.Content!.Headers.TryAddWithoutValidation(name, value);
    }
}
