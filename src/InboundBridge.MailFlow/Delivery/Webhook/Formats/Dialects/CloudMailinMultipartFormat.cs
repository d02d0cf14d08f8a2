using System.Globalization;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>CloudMailin's "Multipart normalized". Attachments of every size are files.</summary>
internal sealed class CloudMailinMultipartFormat : IWebhookFormat
{
    public string Name => "cloudmailin-multipart";

    public FormatDefaults Defaults => CloudMailinParts.Defaults;

    public WebhookContent Compose(WebhookMail mail) => Composition.Multipart(mail, form =>
    {
        CloudMailinParts.Flatten(form, "headers", CloudMailinParts.Headers(mail));
        CloudMailinParts.Flatten(form, "envelope", CloudMailinParts.Envelope(mail));
        form.Field("plain", mail.Mime.Text ?? string.Empty);
        form.Field("html", mail.Mime.Html ?? string.Empty);
        form.Field("reply_plain", (StrippedParts.Reply(mail.Mime) ?? default).ToString());
        // In the normalized form the files are a list, not a map with numbers as keys: Rails, Rack and PHP tell them apart.
        var index = 0;
        foreach (var file in mail.Files)
            form.File("attachments[]", file.FileName ?? string.Create(CultureInfo.InvariantCulture, $"attachment-{++index}"), file);
    });
}
