using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Formats.Native;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>
/// Rails Action Mailbox's relay ingress. X-Original-To on top is what its mailboxes route by, and it makes the same mail for another recipient
/// another mail: Rails drops a second one with the same Message-ID and the same octets.
/// </summary>
internal sealed class ActionMailboxFormat : IWebhookFormat
{
    public string Name => "action-mailbox";

    /// <summary>Rails' own relayer takes everything but 2xx for temporary, 410 included.</summary>
    public FormatDefaults Defaults { get; } = new() { Statuses = new(), BasicUser = "actionmailbox", HasVendorsCredential = true };

    public bool ReadsParts => false;

    public WebhookContent Compose(WebhookMail mail) => new(mail.SourceBelow(RawFormat.OriginalRecipients(mail)), "message/rfc822");
}
