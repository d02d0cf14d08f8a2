using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notices;

namespace InboundBridge.MailFlow.Delivery.Webhook.Requests;

/// <summary>The body by which a receiver hears what needs a person (docs/notices.md).</summary>
internal static class WebhookNotice
{
    public const string Type = "inboundbridge.notice";

    public static WebhookContent Compose(MailNotice notice)
    {
        var body = new JsonObject
        {
            ["type"] = Type,
            ["timestamp"] = Text(notice.LastAt),
            ["data"] = new JsonObject
            {
                ["kind"] = notice.Kind,
                ["subject"] = notice.Subject,
                ["summary"] = notice.Summary,
                ["detail"] = notice.Detail,
                ["count"] = notice.Count,
                ["first_at"] = Text(notice.FirstAt),
                ["last_at"] = Text(notice.LastAt),
                ["message_id"] = notice.MessageId,
                ["hostname"] = notice.Hostname,
            },
        };
        return new WebhookContent(MailContent.FromMemory(Encoding.UTF8.GetBytes(body.ToJsonString())), "application/json");
    }

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
