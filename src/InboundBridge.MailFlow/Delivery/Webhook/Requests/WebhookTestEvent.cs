using System.Globalization;
using System.Text.Json.Nodes;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.Webhook.Requests;

/// <summary>
/// A request by which the author of a receiver can test URL, credentials and signature. It
/// contains no mail, whatever the destination's format is.
/// </summary>
internal static class WebhookTestEvent
{
    public const string Type = "inboundbridge.test";

    public static HttpRequestMessage Create(PreparedWebhook webhook, Uri url, DateTimeOffset now, string userAgent)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"test-{now.ToUnixTimeMilliseconds()}");
        var body = new JsonObject
        {
            ["type"] = Type,
            ["timestamp"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["data"] = new JsonObject(),
        };
        var octets = System.Text.Encoding.UTF8.GetBytes(body.ToJsonString());
        var content = new WebhookContent(MailContent.FromMemory(octets), "application/json");
        return WebhookRequest.Create(webhook, url, content, id, number: 1, isReplay: false, now, userAgent);
    }
}
