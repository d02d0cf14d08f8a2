using InboundBridge.MailFlow.Delivery.Webhook.Composing;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Native;

/// <summary>
/// The mail itself, octet for octet, below one X-Original-To field for each recipient. It is never copied, but read twice from the spool.
/// </summary>
internal sealed class RawFormat : IWebhookFormat
{
    public string Name => "raw";

    public FormatDefaults Defaults { get; } = FormatDefaults.Native with
    {
        HasLinks = false,
        ShowsSpam = false,
        ShowsVirus = false,
        ShowsSignatures = false,
    };

    public bool ReadsParts => false;

    public WebhookContent Compose(WebhookMail mail) => new(mail.SourceBelow(OriginalRecipients(mail)), "message/rfc822");

    /// <summary>One field for each recipient, whom the mail's own header need not name (lists, Bcc).</summary>
    public static string OriginalRecipients(WebhookMail mail) =>
        string.Concat(mail.Delivery.Recipients.Select(recipient => HeaderLine.Format("X-Original-To", recipient.Address)));
}
