using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Json;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Mime;
using InboundBridge.Mime.Addresses;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Native;

/// <summary>Writes the object <c>data</c> of the native payload (docs/payloads.md), in the documented order.</summary>
internal static class MailJson
{
    private static readonly JsonSerializerOptions Records = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private static readonly byte[] NothingChecked = Encoding.UTF8.GetBytes(VerdictsJson.Write(MailVerdicts.NotAsked));

    /// <summary>Members that cost nothing.</summary>
    private static readonly string[] Record = ["id", "received_at", "size", "sha256", "config_version", "rule", "tags", "vars"];

    /// <param name="name">The property's name; empty for a document of its own.</param>
    /// <param name="members">
    /// Null for all. Otherwise the others are left out where they cost something. The octets of a member are the same in either case.
    /// </param>
    public static void Write(PayloadJson json, ReadOnlySpan<byte> name, WebhookMail mail, IReadOnlySet<string>? members = null)
    {
        json.OpenObject(name);
        if (members is null || members.Overlaps(Record))
            WriteRecord(json, mail);
        if (members is null || members.Contains("envelope") || members.Contains("sender"))
            WriteEnvelope(json, mail);
        if (members is null)
            WriteChecks(json, mail);
        WriteHeader(json, mail.Mime, members);
        WriteBody(json, mail, members);
        if (members is null)
        {
            json.String("raw_url"u8, mail.RawUrl);
            // Last, because reading the rest finds the problems.
            json.Strings("problems"u8, mail.Omitted is { } omitted ? [.. mail.Mime.Problems, .. omitted.Problems] : mail.Mime.Problems);
        }
        json.CloseObject();
    }

    private static bool Has(IReadOnlySet<string>? members, string name) => members is null || members.Contains(name);

    private static void WriteChecks(PayloadJson json, WebhookMail mail)
    {
        if (mail.Message.AuthenticationJson is { } verdicts)
            json.Value("authentication"u8).WriteRawValue(verdicts);
        else
            json.Value("authentication"u8).WriteRawValue(NothingChecked, skipInputValidation: true);
        json.String("authentication_results"u8, mail.Message.ResultsField is { } field ? HeaderLine.Value(field) : null);
    }

    private static void WriteRecord(PayloadJson json, WebhookMail mail)
    {
        json.String("id"u8, mail.Message.Id);
        json.Time("received_at"u8, mail.Message.ReceivedAt);
        json.Number("size"u8, mail.Message.Size);
        json.String("sha256"u8, mail.Message.Sha256);
        json.String("config_version"u8, mail.Message.ConfigVersion);
        json.String("rule"u8, mail.Delivery.Rule);
        json.Strings("tags"u8, mail.Delivery.Tags);
        WriteVariables(json, mail.Delivery.Vars);
    }

    private static void WriteVariables(PayloadJson json, IReadOnlyDictionary<string, string> variables)
    {
        if (variables.Count == 0)
        {
            json.OpenObject("vars"u8);
            json.CloseObject();
            return;
        }
        var library = json.Value("vars"u8);
        library.WriteStartObject();
        foreach (var (name, value) in variables)
            library.WriteString(name, value);
        library.WriteEndObject();
    }

    private static void WriteEnvelope(PayloadJson json, WebhookMail mail)
    {
        var envelope = mail.Message.Envelope;
        json.OpenObject("envelope"u8);
        json.String("sender"u8, envelope.Sender);
        json.OpenArray("recipients"u8);
        foreach (var recipient in mail.Delivery.Recipients)
            json.String(default, recipient.Address);
        json.CloseArray();
        json.String("helo"u8, envelope.Helo);
        json.String("client_ip"u8, envelope.ClientIp);
        json.String("client_name"u8, envelope.ClientName);
        WriteTls(json, envelope);
        json.String("user"u8, envelope.User);
        json.Boolean("smtputf8"u8, envelope.SmtpUtf8);
        json.String("body"u8, envelope.Body);
        json.CloseObject();
    }

    private static void WriteTls(PayloadJson json, MailEnvelope envelope)
    {
        if (envelope.TlsVersion is null)
        {
            json.Null("tls"u8);
            return;
        }
        json.OpenObject("tls"u8);
        json.String("version"u8, envelope.TlsVersion);
        json.String("cipher"u8, envelope.TlsCipher);
        json.CloseObject();
    }

    private static void WriteHeader(PayloadJson json, MimeMessage mime, IReadOnlySet<string>? members)
    {
        if (Has(members, "from"))
            WriteAddresses(json, "from"u8, mime.From);
        if (Has(members, "to"))
            WriteAddresses(json, "to"u8, mime.To);
        if (Has(members, "cc"))
            WriteAddresses(json, "cc"u8, mime.Cc);
        if (Has(members, "reply_to"))
            WriteAddresses(json, "reply_to"u8, mime.ReplyTo);
        if (Has(members, "subject"))
            json.String("subject"u8, mime.Subject);
        if (Has(members, "date"))
            json.Date("date"u8, mime.Date);
        if (Has(members, "message_id"))
            json.String("message_id"u8, mime.MessageId);
        if (Has(members, "in_reply_to"))
            json.String("in_reply_to"u8, mime.InReplyTo);
        if (Has(members, "references"))
            json.Strings("references"u8, mime.References);
        if (Has(members, "headers"))
            FieldJson.Write(json, mime.Headers);
    }

    private static void WriteAddresses(PayloadJson json, ReadOnlySpan<byte> name, IReadOnlyList<MailboxAddress> addresses)
    {
        json.OpenArray(name);
        for (var index = 0; index < addresses.Count; index++)
        {
            json.OpenObject();
            json.String("name"u8, addresses[index].Name);
            json.String("address"u8, addresses[index].Address);
            json.CloseObject();
        }
        json.CloseArray();
    }

    private static void WriteBody(PayloadJson json, WebhookMail mail, IReadOnlySet<string>? members)
    {
        var mime = mail.Mime;
        if (Has(members, "text") || Has(members, "html") || Has(members, "reply_text"))
            WriteTexts(json, mime, members);
        if (Has(members, "kind"))
            json.Strings("kind"u8, mime.Kind);
        if (Has(members, "signatures"))
            WriteSignatures(json, mail);
        if (Has(members, "calendar"))
            WriteRecord(json, "calendar"u8, mime.Calendar);
        if (Has(members, "report"))
            WriteRecord(json, "report"u8, mime.Report);
        if (!Has(members, "attachments"))
            return;
        json.OpenArray("attachments"u8);
        foreach (var attachment in mime.Attachments)
            WriteAttachment(json, mail, attachment);
        json.CloseArray();
    }

    private static void WriteTexts(PayloadJson json, MimeMessage mime, IReadOnlySet<string>? members)
    {
        using var text = mime.OpenText();
        var hasReply = Has(members, "reply_text");
        if (text is null)
        {
            if (Has(members, "text"))
                json.Text("text"u8, mime.Text?.AsMemory());
            if (Has(members, "html"))
                WriteHtml(json, mime);
            if (hasReply)
                json.Text("reply_text"u8, mime.Reply);
            return;
        }
        var reply = hasReply ? text.ReadReply() : default;
        var written = Has(members, "text") ? json.Text("text"u8, text.Octets, reply) : null;
        if (Has(members, "html"))
            WriteHtml(json, mime);
        if (hasReply)
            json.Again("reply_text"u8, reply, written);
    }

    private static void WriteSignatures(PayloadJson json, WebhookMail mail)
    {
        json.OpenArray("signatures"u8);
        foreach (var signature in mail.Signatures)
        {
            json.OpenObject();
            json.String("kind"u8, signature.Kind);
            json.String("result"u8, signature.Result.Word());
            json.String("signer"u8, signature.Signer);
            json.String("reason"u8, signature.Reason);
            json.CloseObject();
        }
        json.CloseArray();
    }

    private static void WriteHtml(PayloadJson json, MimeMessage mime)
    {
        using var html = mime.OpenHtml();
        if (html is null)
            json.Text("html"u8, mime.Html?.AsMemory());
        else
            json.Text("html"u8, html.Octets, default);
    }

    /// <summary>iTIP data or a report, as the records that the parser made, with names in snake case; null for other mails.</summary>
    private static void WriteRecord(PayloadJson json, ReadOnlySpan<byte> name, object? record)
    {
        if (record is null)
            json.Null(name);
        else
            JsonSerializer.Serialize(json.Value(name), record, record.GetType(), Records);
    }

    private static void WriteAttachment(PayloadJson json, WebhookMail mail, MimeAttachment attachment)
    {
        var inline = mail.IsInline(attachment);
        json.OpenObject();
        json.Number("index"u8, attachment.Index);
        json.String("filename"u8, attachment.FileName);
        json.String("content_type"u8, attachment.ContentType);
        json.String("disposition"u8, attachment.Disposition);
        json.String("content_id"u8, attachment.ContentId);
        json.Number("size"u8, attachment.Size);
        json.String("sha256"u8, attachment.Sha256);
        if (inline)
            json.Value("content"u8).WriteContent(attachment);
        else
            json.Null("content"u8);
        json.String("url"u8, inline ? null : mail.LinkTo(attachment));
        json.CloseObject();
    }
}
