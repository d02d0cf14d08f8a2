using System.Globalization;
using System.Text.Json;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Json;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>CloudMailin's "JSON normalized".</summary>
internal sealed class CloudMailinFormat : IWebhookFormat
{
    public string Name => "cloudmailin";

    public FormatDefaults Defaults { get; } = CloudMailinParts.Defaults with { HasLinks = true };

    public WebhookContent Compose(WebhookMail mail) => Composition.Compose(mail, body =>
    {
        using var json = new Utf8JsonWriter(body, JsonText.WriterOptions);
        json.WriteStartObject();
        json.WritePropertyName("headers"u8);
        CloudMailinParts.Headers(mail).WriteTo(json);
        json.WritePropertyName("envelope"u8);
        CloudMailinParts.Envelope(mail).WriteTo(json);
        json.WriteText(body, "plain"u8, mail.Mime.Text ?? string.Empty);
        json.WriteText(body, "html"u8, mail.Mime.Html ?? string.Empty);
        if (StrippedParts.Reply(mail.Mime) is { } reply)
            json.WriteText(body, "reply_plain"u8, reply);
        else
            json.WriteNull("reply_plain"u8);
        json.WriteStartArray("attachments"u8);
        foreach (var attachment in mail.Mime.Attachments)
            WriteAttachment(json, mail, attachment);
        json.WriteEndArray();
        json.WriteEndObject();
        return "application/json";
    });

    private static void WriteAttachment(Utf8JsonWriter json, WebhookMail mail, MimeAttachment attachment)
    {
        var isInline = mail.IsInline(attachment);
        var link = isInline ? null : mail.LinkTo(attachment);
        if (link is null && !isInline)
            return;
        json.WriteStartObject();
        if (link is null)
            json.WriteContent("content"u8, attachment);
        else
            json.WriteString("url"u8, link);
        json.WriteString("file_name"u8, attachment.FileName);
        json.WriteString("content_type"u8, attachment.ContentType);
        // CloudMailin documents a number and sends a text; its own client for Go takes nothing but a text.
        json.WriteString("size"u8, attachment.Size.ToString(CultureInfo.InvariantCulture));
        json.WriteString("disposition"u8, attachment.Disposition);
        json.WriteString("content_id"u8, attachment.ContentId is { } id ? $"<{id}>" : null);
        json.WriteEndObject();
    }
}
