using InboundBridge.Mime.Reading;

namespace InboundBridge.MailFlow.Delivery.Webhook.Composing;

/// <summary>How much memory composing a mail may take. Heavy mails wait for their turn.</summary>
internal static class ComposeWeight
{
    /// <summary>Octets; 0 for ordinary mail, and for formats that do not parse the mail.</summary>
    /// <exception cref="IOException">The mail can't be read.</exception>
    public static long Of(WebhookMail mail, IWebhookFormat format) =>
        format.ReadsParts ? ReadingWeight.Of(mail.Mime, mail.Message.Size) : 0;
}
