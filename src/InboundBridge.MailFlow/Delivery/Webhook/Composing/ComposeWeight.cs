using InboundBridge.Mime.Reading;

namespace InboundBridge.MailFlow.Delivery.Webhook.Composing;

/// <summary>How much memory composing a mail may take. Heavy mails wait for their turn.</summary>
internal static class ComposeWeight
{
    /// <summary>Copies of a mail's octets while it is opened: as received, decoded, decrypted, and joined again.</summary>
    private const int CopiesOfSealed = 4;

    /// <summary>Octets; 0 for ordinary mail, for notices, and for formats that do not parse the mail.</summary>
    /// <exception cref="IOException">The mail can't be read.</exception>
    public static long Of(WebhookMail mail, IWebhookFormat format) =>
        !format.ReadsParts || mail.Message.Envelope.Notice is not null ? 0
        : mail.IsSealed ? mail.Message.Size * CopiesOfSealed
        : ReadingWeight.Of(mail.Mime, mail.Message.Size);
}
