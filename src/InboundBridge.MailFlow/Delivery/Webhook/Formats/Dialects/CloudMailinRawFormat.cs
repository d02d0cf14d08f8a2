using InboundBridge.MailFlow.Delivery.Webhook.Composing;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>CloudMailin's "Raw": the whole mail in the field <c>message</c>, next to the envelope.</summary>
internal sealed class CloudMailinRawFormat : IWebhookFormat
{
    public string Name => "cloudmailin-raw";

    public FormatDefaults Defaults => CloudMailinParts.Defaults;

    public bool ReadsParts => false;

    public WebhookContent Compose(WebhookMail mail) => Composition.Multipart(mail, form =>
    {
        form.Field("message", mail.Raw);
        CloudMailinParts.Flatten(form, "envelope", CloudMailinParts.Envelope(mail));
    });
}
