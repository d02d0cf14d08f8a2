using InboundBridge.MailFlow.Delivery.Webhook.Composing;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>SendGrid Inbound Parse with "Send raw": the whole mail in the field <c>email</c>.</summary>
internal sealed class SendGridRawFormat : IWebhookFormat
{
    public string Name => "sendgrid-raw";

    public FormatDefaults Defaults => SendGridFields.Defaults;

    public bool ReadsParts => false;

    public WebhookContent Compose(WebhookMail mail) => Composition.Multipart(mail, form =>
    {
        SendGridFields.Write(form, mail);
        form.Field("charsets", """{"to":"UTF-8","cc":"UTF-8","from":"UTF-8","subject":"UTF-8"}""");
        form.Field("email", mail.Raw);
    });
}
