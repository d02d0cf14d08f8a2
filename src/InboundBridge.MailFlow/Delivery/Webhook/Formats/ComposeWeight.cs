namespace InboundBridge.MailFlow.Delivery.Webhook.Formats;

/// <summary>How much memory composing a mail may take, where that is worth waiting for.</summary>
internal static class ComposeWeight
{
    /// <summary>Octets of a mail that any worker may compose at any time: 64 of them are bounded already.</summary>
    private const long Ordinary = 512 * 1024;

    /// <summary>Octets: beyond this a mail costs no more, for its texts are cut and its files are streamed.</summary>
    private const long Heaviest = 32L * 1024 * 1024;

    /// <summary>Octets of a report once it is read, with what reading it takes.</summary>
    private const long Unpacked = 16L * 1024 * 1024;

    /// <summary>Octets; 0 for ordinary mail.</summary>
    /// <exception cref="IOException">The mail can't be read.</exception>
    public static long Of(WebhookMail mail, IWebhookFormat format)
    {
        if (!format.ReadsParts)
            return 0;
        var size = mail.Message.Size > Ordinary ? Math.Min(mail.Message.Size, Heaviest) : 0;
        return mail.Mime.GrowsWhenRead ? size + Unpacked : size;
    }
}
