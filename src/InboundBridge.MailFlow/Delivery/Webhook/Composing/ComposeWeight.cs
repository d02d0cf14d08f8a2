using InboundBridge.Mime.Reading;

namespace InboundBridge.MailFlow.Delivery.Webhook.Composing;

/// <summary>How much memory composing a mail may take, where that is worth waiting for.</summary>
internal static class ComposeWeight
{
    /// <summary>Octets; 0 for ordinary mail, and for formats that pass it on unread.</summary>
    /// <exception cref="IOException">The mail can't be read.</exception>
    public static long Of(WebhookMail mail, IWebhookFormat format) => format.ReadsParts ? ReadingWeight.Of(mail.Mime, mail.Message.Size) : 0;
}
