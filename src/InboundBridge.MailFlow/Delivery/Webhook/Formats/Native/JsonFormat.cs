using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Json;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Native;

/// <summary>
/// The native format: everything that is known about the mail in one JSON object. All keys are always present, with null for nothing.
/// </summary>
internal sealed class JsonFormat : IWebhookFormat
{
    public const string FormatName = "json";

    public string Name => FormatName;

    public FormatDefaults Defaults => FormatDefaults.Native;

    public WebhookContent Compose(WebhookMail mail) => Composition.Compose(mail, body =>
    {
        using var json = new PayloadJson(body);
        json.OpenObject();
        json.String("type"u8, "mail.received");
        json.Time("timestamp"u8, mail.Message.ReceivedAt);
        MailJson.Write(json, "data"u8, mail);
        json.CloseObject();
        return "application/json";
    });
}
