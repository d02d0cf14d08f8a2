using System.Text.Json;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats;

/// <summary>CloudEvents 1.0 in structured mode: the native payload's <c>data</c> in their envelope.</summary>
internal sealed class CloudEventsFormat : IWebhookFormat
{
    public string Name => "cloudevents";

    /// <summary>Their webhook specification agrees with ours: 410 retires the receiver, Retry-After is obeyed, redirects are not followed.</summary>
    public FormatDefaults Defaults => FormatDefaults.Native;

    public WebhookContent Compose(WebhookMail mail) => Composition.Compose(mail, body =>
    {
        using var json = new Utf8JsonWriter(body, JsonFormat.WriterOptions);
        json.WriteStartObject();
        json.WriteString("specversion"u8, "1.0"u8);
        json.WriteString("type"u8, "mail.received"u8);
        json.WriteString("source"u8, $"/inboundbridge/{Uri.EscapeDataString(mail.Delivery.Destination)}");
        json.WriteString("id"u8, mail.Delivery.Id);
        json.WriteTime("time"u8, mail.Message.ReceivedAt);
        json.WriteString("subject"u8, mail.Message.Id);
        json.WriteString("datacontenttype"u8, "application/json"u8);
        json.WritePropertyName("data"u8);
        MailJson.Write(json, body, mail);
        json.WriteEndObject();
        return "application/cloudevents+json; charset=utf-8";
    });
}
