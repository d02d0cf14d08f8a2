using System.Globalization;
using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Forms;
using InboundBridge.MailFlow.Delivery.Webhook.Json;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>
/// SendGrid Inbound Parse. SendGrid leaves <c>text</c> and <c>html</c> in the mail's own charset, which clients often miss. We send UTF-8
/// and say so in <c>charsets</c>.
/// </summary>
internal sealed class SendGridFormat : IWebhookFormat
{
    public string Name => "sendgrid";

    public FormatDefaults Defaults => SendGridFields.Defaults;

    public WebhookContent Compose(WebhookMail mail) => Composition.Multipart(mail, form =>
    {
        var files = mail.Files.ToList();
        form.Field("headers", HeaderBlock(mail));
        SendGridFields.Write(form, mail);
        if (mail.Mime.Text is { } text)
            form.Field("text", text);
        if (mail.Mime.Html is { } html)
            form.Field("html", html);
        form.Field("attachments", files.Count.ToString(CultureInfo.InvariantCulture));
        if (files.Count > 0)
            WriteFiles(form, files);
        form.Field("charsets", """{"to":"UTF-8","cc":"UTF-8","from":"UTF-8","subject":"UTF-8","text":"UTF-8","html":"UTF-8"}""");
    });

    /// <summary>The header as it is in the mail, folded, but with SendGrid's line ends.</summary>
    private static string HeaderBlock(WebhookMail mail)
    {
        var octets = new byte[mail.Mime.Headers.Sum(field => field.Length)];
        var used = 0;
        foreach (var field in mail.Mime.Headers)
        {
            var target = octets.AsSpan(used, field.Length);
            for (int count, offset = 0;
                offset < field.Length && (count = mail.Source.Read(field.Offset + offset, target[offset..])) > 0; offset += count)
            {
                used += count;
            }
        }
        return Encoding.UTF8.GetString(octets, 0, used).ReplaceLineEndings("\n");
    }

    private static void WriteFiles(MultipartForm form, List<MimeAttachment> files)
    {
        form.Field("attachment-info", JsonText.Write(json =>
        {
            json.WriteStartObject();
            for (var index = 0; index < files.Count; index++)
            {
                json.WriteStartObject(FieldName(index));
                json.WriteString("filename", FileName(files[index], index));
                json.WriteString("name", FileName(files[index], index));
                json.WriteString("type", files[index].ContentType);
                if (files[index].ContentId is { } id)
                    json.WriteString("content-id", id);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }));
        if (files.Exists(file => file.ContentId is not null))
            form.Field("content-ids", JsonText.Write(json => WriteContentIds(json, files)));
        for (var index = 0; index < files.Count; index++)
            form.File(FieldName(index), FileName(files[index], index), files[index]);
    }

    private static void WriteContentIds(Utf8JsonWriter json, List<MimeAttachment> files)
    {
        json.WriteStartObject();
        for (var index = 0; index < files.Count; index++)
        {
            if (files[index].ContentId is { } id)
                json.WriteString(id, FieldName(index));
        }
        json.WriteEndObject();
    }

    private static string FieldName(int index) => string.Create(CultureInfo.InvariantCulture, $"attachment{index + 1}");

    private static string FileName(MimeAttachment file, int index) => file.FileName ?? FieldName(index);
}
