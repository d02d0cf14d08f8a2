using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Json;
using InboundBridge.MailFlow.Queue.Asking;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Native;

/// <summary>CloudEvents 1.0 in structured mode: the native payload's <c>data</c> in the envelope of CloudEvents.</summary>
internal sealed class CloudEventsFormat : IWebhookFormat
{
    public string Name => "cloudevents";

    /// <summary>
    /// The webhook specification of CloudEvents agrees with ours: 410 retires the
    /// receiver, Retry-After is obeyed, redirects are not followed.
    /// </summary>
    public FormatDefaults Defaults => FormatDefaults.Native;

    public WebhookContent Compose(WebhookMail mail) => Composition.Compose(mail, body =>
    {
        using var json = new PayloadJson(body);
        json.OpenObject();
        json.String("specversion"u8, "1.0");
        json.String("type"u8, "mail.received");
        json.String("source"u8, $"/inboundbridge/{Uri.EscapeDataString(mail.Delivery.Destination)}");
        json.String("id"u8, AskedIds.ForReceivers(mail.Delivery.Id));
        json.Time("time"u8, mail.Message.ReceivedAt);
        json.String("subject"u8, mail.Message.Id);
        json.String("datacontenttype"u8, "application/json");
        MailJson.Write(json, "data"u8, mail);
        json.CloseObject();
        return "application/cloudevents+json; charset=utf-8";
    });
}
