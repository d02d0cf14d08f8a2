using InboundBridge.MailFlow.Delivery.Webhook.Composing;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Native;

/// <summary>The mail itself, octet for octet, below one X-Original-To field for each recipient. Never copied: it is read twice from the spool.</summary>
internal sealed class RawFormat : IWebhookFormat
{
    public string Name => "raw";

    public FormatDefaults Defaults { get; } = FormatDefaults.Native with { HasLinks = false };

    public bool ReadsParts => false;

    public WebhookContent Compose(WebhookMail mail) => new(mail.SourceBelow(OriginalRecipients(mail)), "message/rfc822");

    /// <summary>Where the mail was sent to, which its own header need not say (lists, Bcc).</summary>
    public static string OriginalRecipients(WebhookMail mail) =>
        string.Concat(mail.Delivery.Recipients.Select(recipient => HeaderLine.Format("X-Original-To", recipient.Address)));
}
