using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Json;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Mime;
using InboundBridge.Mime.Addresses;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>Mandrill's inbound webhook: one form field with a JSON array of events, one event for each recipient.</summary>
internal sealed class MandrillFormat : IWebhookFormat
{
    /// <summary>Octets of mail that are repeated for several recipients. Beyond that, one event stands for all of them.</summary>
    private const long RepetitionLimit = 64L * 1024 * 1024;

    public string Name => "mandrill";

    public FormatDefaults Defaults { get; } = new() { Statuses = new(), HasVendorsCredential = true, ShowsSpam = true };

    public WebhookContent Compose(WebhookMail mail)
    {
        using var events = mail.NewBody();
        using (var json = new Utf8JsonWriter(events, JsonText.WriterOptions))
        {
            json.WriteStartArray();
            var mayRepeat = mail.Source.Length * mail.Delivery.Recipients.Count <= RepetitionLimit;
            foreach (var recipient in mayRepeat ? mail.Recipients : [mail.Recipient])
                WriteEvent(json, events, mail, recipient);
            json.WriteEndArray();
        }
        var content = Composition.UrlEncoded(mail, form => form.Field("mandrill_events", events));
        return mail.VendorsProof(key => Sign(key, mail, events)) is { } signature
            ? content with { Headers = [new("X-Mandrill-Signature", signature)] }
            : content;
    }

    private static void WriteEvent(Utf8JsonWriter json, BodyBuffer body, WebhookMail mail, string recipient)
    {
        var mime = mail.Mime;
        json.WriteStartObject();
        json.WriteString("event"u8, "inbound"u8);
        json.WriteNumber("ts"u8, mail.Message.ReceivedAt.ToUnixTimeSeconds());
        json.WriteStartObject("msg"u8);
        json.WriteText(body, "raw_msg"u8, mail.Raw);
        WriteHeaders(json, mime);
        json.WriteText(body, "text"u8, mime.Text);
        json.WriteText(body, "html"u8, mime.Html);
        json.WriteString("from_email"u8, mime.From.Count > 0 ? mime.From[0].Address : mail.Message.Envelope.Sender);
        json.WriteString("from_name"u8, mime.From.Count > 0 ? mime.From[0].Name : string.Empty);
        WriteMailboxes(json, "to", mime.To);
        WriteMailboxes(json, "cc", mime.Cc);
        json.WriteString("email"u8, recipient);
        json.WriteString("subject"u8, mime.Subject ?? string.Empty);
        json.WriteStrings("tags"u8, mail.Delivery.Tags);
        // Null in every request that Mandrill sent for a received mail and that somebody has published: the field is about sent mail.
        json.WriteNull("sender"u8);
        WriteFiles(json, "attachments", mail.Files.Where(file => !IsImage(file)));
        WriteFiles(json, "images", mail.Files.Where(IsImage));
        WriteVerdicts(json, mail.Verdicts);
        json.WriteNull("template"u8);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteHeaders(Utf8JsonWriter json, MimeMessage mime)
    {
        json.WriteStartObject("headers"u8);
        foreach (var field in mime.Headers.GroupBy(field => field.Name, StringComparer.OrdinalIgnoreCase))
        {
            var values = field.Select(occurrence => occurrence.Value).ToList();
            if (values.Count == 1)
                json.WriteString(field.Key, values[0]);
            else
                json.WriteStrings(Encoding.UTF8.GetBytes(field.Key), values);
        }
        json.WriteEndObject();
    }

    private static void WriteMailboxes(Utf8JsonWriter json, string name, IReadOnlyList<MailboxAddress> mailboxes)
    {
        json.WriteStartArray(name);
        foreach (var mailbox in mailboxes)
        {
            json.WriteStartArray();
            json.WriteStringValue(mailbox.Address);
            json.WriteStringValue(mailbox.Name.Length == 0 ? null : mailbox.Name);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    /// <summary>Keyed by file name. A repeated name gets the index of its attachment as prefix, since keys must differ.</summary>
    private static void WriteFiles(Utf8JsonWriter json, string name, IEnumerable<MimeAttachment> files)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        json.WriteStartObject(name);
        foreach (var file in files)
        {
            var key = (IsImage(file) ? file.ContentId : null) ?? file.FileName ?? $"attachment-{file.Index}";
            json.WriteStartObject(names.Add(key) ? key : $"{file.Index}-{key}");
            json.WriteString("name"u8, file.FileName ?? key);
            json.WriteString("type"u8, file.ContentType);
            json.WriteContent("content"u8, file);
            json.WriteBoolean("base64"u8, true);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteVerdicts(Utf8JsonWriter json, MailVerdicts verdicts)
    {
        json.WriteStartObject("dkim"u8);
        json.WriteBoolean("signed"u8, verdicts.Dkim.Count > 0);
        json.WriteBoolean("valid"u8, DkimSummary.Of(verdicts.Dkim) == CheckResult.Pass);
        json.WriteEndObject();
        json.WriteStartObject("spf"u8);
        json.WriteString("result"u8, verdicts.Spf.Result.Word());
        json.WriteString("detail"u8, verdicts.Spf.Domain);
        json.WriteEndObject();
        if (verdicts.Spam is not { } spam)
            return;
        json.WriteStartObject("spam_report"u8);
        json.WriteNumber("score"u8, spam.Score);
        json.WriteStartArray("matched_rules"u8);
        foreach (var (name, score) in spam.Symbols)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, name);
            json.WriteNumber("score"u8, score);
            json.WriteString("description"u8, string.Empty);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Mandrill lists the pictures that the HTML shows separately.</summary>
    private static bool IsImage(MimeAttachment file) =>
        file.ContentId is not null && file.Disposition == "inline" && file.ContentType.StartsWith("image/", StringComparison.Ordinal);

    /// <summary>
    /// Mandrill's scheme: base64 HMAC-SHA1, with the text of the first secret as key, over the configured URL (user and password included)
    /// and then each field's name and value.
    /// </summary>
    private static string Sign(string key, WebhookMail mail, BodyBuffer events)
    {
#pragma warning disable CA5350 // The vendor's clients verify SHA-1; the request carries webhook-signature beside it.
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, Encoding.UTF8.GetBytes(key));
#pragma warning restore CA5350
        hash.AppendData(Encoding.UTF8.GetBytes(mail.Url.AbsoluteUri));
        hash.AppendData("mandrill_events"u8);
        var piece = new byte[16 * 1024];
        var offset = 0L;
        for (int count; (count = events.Read(offset, piece)) > 0; offset += count)
            hash.AppendData(piece, 0, count);
        return Convert.ToBase64String(hash.GetHashAndReset());
    }
}
