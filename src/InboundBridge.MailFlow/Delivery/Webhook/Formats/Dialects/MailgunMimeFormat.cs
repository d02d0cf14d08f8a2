using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Forms;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>Mailgun Routes to a URL that ends in <c>mime</c>: the unparsed mail in the field <c>body-mime</c>.</summary>
internal sealed class MailgunMimeFormat : IWebhookFormat
{
    public string Name => "mailgun-mime";

    public FormatDefaults Defaults => MailgunDefaults.Instance;

    public bool ReadsParts => false;

    public WebhookContent Compose(WebhookMail mail) => Composition.UrlEncoded(mail, form => Write(form, mail));

    private static void Write(UrlEncodedForm form, WebhookMail mail)
    {
        form.Field("recipient", string.Join(",", mail.Recipients));
        form.Field("sender", mail.Message.Envelope.Sender);
        form.Field("from", mail.Mime.Header("From") ?? string.Empty);
        form.Field("subject", mail.Mime.Subject ?? string.Empty);
        MailgunSignature.Write(form, mail);
        form.Field("body-mime", mail.Raw);
    }
}
