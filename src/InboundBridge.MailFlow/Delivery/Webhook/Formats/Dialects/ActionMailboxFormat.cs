using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Formats.Native;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>
/// Rails Action Mailbox's relay ingress. Its mailboxes route by X-Original-To. The field also makes the octets differ between recipients:
/// Rails drops a second mail with the same Message-ID and the same octets.
/// </summary>
internal sealed class ActionMailboxFormat : IWebhookFormat
{
    public string Name => "action-mailbox";

    /// <summary>Rails' own relayer treats everything but 2xx as temporary, 410 included.</summary>
    public FormatDefaults Defaults { get; } = new() { Statuses = new(), BasicUser = "actionmailbox", HasVendorsCredential = true };

    public bool ReadsParts => false;

    public WebhookContent Compose(WebhookMail mail) => new(mail.SourceBelow(RawFormat.OriginalRecipients(mail)), "message/rfc822");
}
