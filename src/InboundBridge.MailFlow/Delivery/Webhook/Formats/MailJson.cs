using System.Text.Json;
using System.Text.Json.Serialization;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Spool;
using InboundBridge.Mime;
using InboundBridge.Mime.Addresses;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats;

/// <summary>The object <c>data</c> of the native payload (CONTRACT section 4), in its order.</summary>
internal static class MailJson
{
    private static readonly JsonSerializerOptions Records = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static void Write(Utf8JsonWriter json, BodyBuffer body, WebhookMail mail)
    {
        json.WriteStartObject();
        WriteRecord(json, mail);
        WriteEnvelope(json, mail);
        json.WritePropertyName("authentication"u8);
        if (mail.Message.AuthenticationJson is { } verdicts)
            json.WriteRawValue(verdicts);
        else
            json.WriteNullValue();
        WriteHeader(json, mail.Mime);
        WriteBody(json, body, mail);
        json.WriteString("raw_url"u8, mail.RawUrl);
        // Last, since what is wrong shows only when all of it was read.
        json.WriteStrings("problems"u8, mail.Mime.Problems);
        json.WriteEndObject();
    }

    private static void WriteRecord(Utf8JsonWriter json, WebhookMail mail)
    {
        json.WriteString("id"u8, mail.Message.Id);
        json.WriteTime("received_at"u8, mail.Message.ReceivedAt);
        json.WriteNumber("size"u8, mail.Message.Size);
        json.WriteString("sha256"u8, mail.Message.Sha256);
        json.WriteString("config_version"u8, mail.Message.ConfigVersion);
        json.WriteString("rule"u8, mail.Delivery.Rule);
        json.WriteStrings("tags"u8, mail.Delivery.Tags);
        json.WriteStartObject("vars"u8);
        foreach (var (name, value) in mail.Delivery.Vars)
            json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static void WriteEnvelope(Utf8JsonWriter json, WebhookMail mail)
    {
        var envelope = mail.Message.Envelope;
        json.WriteStartObject("envelope"u8);
        json.WriteString("sender"u8, envelope.Sender);
        json.WriteStartArray("recipients"u8);
        foreach (var recipient in mail.Delivery.Recipients)
            json.WriteStringValue(recipient.Address);
        json.WriteEndArray();
        json.WriteString("helo"u8, envelope.Helo);
        json.WriteString("client_ip"u8, envelope.ClientIp);
        json.WriteString("client_name"u8, envelope.ClientName);
        WriteTls(json, envelope);
        json.WriteString("user"u8, envelope.User);
        json.WriteBoolean("smtputf8"u8, envelope.SmtpUtf8);
        json.WriteString("body"u8, envelope.Body);
        json.WriteEndObject();
    }

    private static void WriteTls(Utf8JsonWriter json, MailEnvelope envelope)
    {
        if (envelope.TlsVersion is null)
        {
            json.WriteNull("tls"u8);
            return;
        }
        json.WriteStartObject("tls"u8);
        json.WriteString("version"u8, envelope.TlsVersion);
        json.WriteString("cipher"u8, envelope.TlsCipher);
        json.WriteEndObject();
    }

    private static void WriteHeader(Utf8JsonWriter json, MimeMessage mime)
    {
        WriteAddresses(json, "from"u8, mime.From);
        WriteAddresses(json, "to"u8, mime.To);
        WriteAddresses(json, "cc"u8, mime.Cc);
        WriteAddresses(json, "reply_to"u8, mime.ReplyTo);
        json.WriteString("subject"u8, mime.Subject);
        if (mime.Date is { } date)
            json.WriteString("date"u8, date);
        else
            json.WriteNull("date"u8);
        json.WriteString("message_id"u8, mime.MessageId);
        json.WriteString("in_reply_to"u8, mime.InReplyTo);
        json.WriteStrings("references"u8, mime.References);
        json.WriteStartArray("headers"u8);
        FieldJson.Write(json, mime.Headers);
        json.WriteEndArray();
    }

    private static void WriteAddresses(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<MailboxAddress> addresses)
    {
        json.WriteStartArray(name);
        for (var index = 0; index < addresses.Count; index++)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, addresses[index].Name);
            json.WriteString("address"u8, addresses[index].Address);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteBody(Utf8JsonWriter json, BodyBuffer body, WebhookMail mail)
    {
        var mime = mail.Mime;
        using (var text = mime.OpenText())
        {
            var written = default((long, long));
            if (text is null)
                json.WriteText(body, "text"u8, mime.Text);
            else
                written = json.WriteText(body, "text"u8, text.Octets);
            json.WriteText(body, "html"u8, mime.Html);
            if (text is null)
                json.WriteText(body, "reply_text"u8, mime.Reply);
            else
                json.WriteText(body, "reply_text"u8, text.ReadReply(), text.Octets, written);
        }
        json.WriteStrings("kind"u8, mime.Kind);
        json.WriteNull("spam"u8);
        WriteRecord(json, "calendar"u8, mime.Calendar);
        WriteRecord(json, "report"u8, mime.Report);
        json.WriteStartArray("attachments"u8);
        foreach (var attachment in mime.Attachments)
            WriteAttachment(json, mail, attachment);
        json.WriteEndArray();
    }

    /// <summary>iTIP data or a report, as the reader parsed it: its records, names in snake case; null when the mail is none.</summary>
    private static void WriteRecord(Utf8JsonWriter json, ReadOnlySpan<byte> name, object? record)
    {
        json.WritePropertyName(name);
        if (record is null)
            json.WriteNullValue();
        else
            JsonSerializer.Serialize(json, record, record.GetType(), Records);
    }

    private static void WriteAttachment(Utf8JsonWriter json, WebhookMail mail, MimeAttachment attachment)
    {
        var inline = mail.IsInline(attachment);
        json.WriteStartObject();
        json.WriteNumber("index"u8, attachment.Index);
        json.WriteString("filename"u8, attachment.FileName);
        json.WriteString("content_type"u8, attachment.ContentType);
        json.WriteString("disposition"u8, attachment.Disposition);
        json.WriteString("content_id"u8, attachment.ContentId);
        json.WriteNumber("size"u8, attachment.Size);
        json.WriteString("sha256"u8, attachment.Sha256);
        if (inline)
            json.WriteContent("content"u8, attachment);
        else
            json.WriteNull("content"u8);
        json.WriteString("url"u8, inline ? null : mail.LinkTo(attachment));
        json.WriteEndObject();
    }
}
