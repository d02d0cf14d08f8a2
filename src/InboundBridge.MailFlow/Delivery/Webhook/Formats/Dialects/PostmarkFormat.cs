using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Json;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Mime;
using InboundBridge.Mime.Addresses;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>Postmark's inbound webhook.</summary>
/// <param name="withRaw">Postmark's opt-in <c>RawEmail</c>, which Rails Action Mailbox reads.</param>
internal sealed class PostmarkFormat(bool withRaw) : IWebhookFormat
{
    /// <summary>Header fields with keys of their own, which Postmark does not repeat in its list of headers.</summary>
    private static readonly HashSet<string> OwnKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "From", "To", "Cc", "Bcc", "Reply-To", "Subject", "Date",
    };

    private static readonly string[] VendorsFields = ["X-Spam-", "Received-SPF", "Return-Path"];

    public string Name => withRaw ? "postmark-raw" : "postmark";

    /// <summary>
    /// Postmark's documentation names 200 as success; Rails' ingress for Postmark answers
    /// 204, so every 2xx is success here. 403 ends the retries.
    /// </summary>
    public FormatDefaults Defaults { get; } = new()
    {
        ShowsSpam = true,
        Statuses = new()
        {
            Named = new Dictionary<int, WebhookStatusMeaning> { [403] = WebhookStatusMeaning.Discard },
        },
        Retry = new RetryOptions
        {
            Schedule = [.. new[] { 1, 5, 10, 10, 10, 15, 30, 60, 120, 360 }.Select(minutes => TimeSpan.FromMinutes(minutes))],
            // The tenth wait with the largest jitter still fits; an eleventh never does.
            MaximumAge = TimeSpan.FromMinutes(750),
        },
    };

    public WebhookContent Compose(WebhookMail mail) => Composition.Compose(mail, body =>
    {
        using var json = new Utf8JsonWriter(body, JsonText.WriterOptions);
        json.WriteStartObject();
        WriteAddresses(json, mail);
        WriteMail(json, body, mail);
        WriteHeaders(json, mail);
        WriteAttachments(json, mail);
        json.WriteEndObject();
        return "application/json";
    });

    private static void WriteAddresses(Utf8JsonWriter json, WebhookMail mail)
    {
        var mime = mail.Mime;
        var from = mime.From.FirstOrDefault(new MailboxAddress(string.Empty, string.Empty));
        var known = mime.To.Concat(mime.Cc).Select(mailbox => mailbox.Address).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var bcc = mail.Recipients.Where(recipient => !known.Contains(recipient))
            .Select(recipient => new MailboxAddress(string.Empty, recipient)).ToList();
        json.WriteString("FromName"u8, from.Name);
        json.WriteString("MessageStream"u8, "inbound"u8);
        json.WriteString("From"u8, from.Address);
        json.WritePropertyName("FromFull"u8);
        WriteMailbox(json, from);
        WriteList(json, "To", mime.To);
        WriteList(json, "Cc", mime.Cc);
        WriteList(json, "Bcc", bcc);
        json.WriteString("OriginalRecipient"u8, mail.Recipient);
    }

    private void WriteMail(Utf8JsonWriter json, BodyBuffer body, WebhookMail mail)
    {
        var mime = mail.Mime;
        json.WriteString("Subject"u8, mime.Subject ?? string.Empty);
        json.WriteString("MessageID"u8, new Guid(SHA256.HashData(Encoding.ASCII.GetBytes(mail.Message.Id)).AsSpan(0, 16), bigEndian: true));
        json.WriteString("ReplyTo"u8, string.Join(", ", mime.ReplyTo.Select(mailbox => mailbox.Address)));
        json.WriteString("MailboxHash"u8, MailboxHash(mail.Recipient));
        json.WriteString("Date"u8, mime.Header("Date") ?? string.Empty);
        json.WriteText(body, "TextBody"u8, mime.Text ?? string.Empty);
        json.WriteText(body, "HtmlBody"u8, mime.Html ?? string.Empty);
        json.WriteText(body, "StrippedTextReply"u8, StrippedParts.Reply(mime) ?? default);
        if (withRaw)
            json.WriteText(body, "RawEmail"u8, mail.Raw);
        json.WriteString("Tag"u8, mail.Delivery.Tags.Count > 0 ? mail.Delivery.Tags[0] : string.Empty);
    }

    private static void WriteHeaders(Utf8JsonWriter json, WebhookMail mail)
    {
        json.WriteStartArray("Headers"u8);
        WriteHeader(json, "Return-Path", $"<{mail.Message.Envelope.Sender}>");
        WriteVerdicts(json, mail);
        foreach (var field in mail.HeadersWithout(VendorsFields).Where(field => !OwnKeys.Contains(field.Name)))
            WriteHeader(json, field.Name, field.Value);
        json.WriteEndArray();
    }

    private static void WriteVerdicts(Utf8JsonWriter json, WebhookMail mail)
    {
        var (verdicts, envelope) = (mail.Verdicts, mail.Message.Envelope);
        if (verdicts.Spam is { } spam)
        {
            WriteHeader(json, "X-Spam-Status", spam.IsSpam ? "Yes" : "No");
            WriteHeader(json, "X-Spam-Score", spam.Score.ToString("0.0##", CultureInfo.InvariantCulture));
            WriteHeader(json, "X-Spam-Tests", string.Join(',', spam.Symbols.Keys));
        }
        if (verdicts.Spf is { WasAsked: true } spf)
        {
            var identity = spf.Scope == "helo" ? "helo" : "mailfrom";
            var word = spf.Result.Word();
            WriteHeader(
                json, "Received-SPF",
                $"{char.ToUpperInvariant(word[0])}{word[1..]} identity={identity}; client-ip={envelope.ClientIp}; helo={envelope.Helo}; "
                + $"envelope-from={envelope.Sender}; receiver={mail.Recipient}");
        }
    }

    private static void WriteHeader(Utf8JsonWriter json, string name, string value)
    {
        json.WriteStartObject();
        json.WriteString("Name"u8, name);
        json.WriteString("Value"u8, value);
        json.WriteEndObject();
    }

    private static void WriteAttachments(Utf8JsonWriter json, WebhookMail mail)
    {
        json.WriteStartArray("Attachments"u8);
        foreach (var attachment in mail.Files)
            WriteAttachment(json, attachment);
        json.WriteEndArray();
    }

    private static void WriteAttachment(Utf8JsonWriter json, MimeAttachment attachment)
    {
        json.WriteStartObject();
        json.WriteString("Name"u8, attachment.FileName ?? string.Empty);
        json.WriteContent("Content"u8, attachment);
        json.WriteString("ContentType"u8, attachment.ContentType);
        json.WriteNumber("ContentLength"u8, attachment.Size);
        json.WriteString("ContentID"u8, attachment.ContentId ?? string.Empty);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<MailboxAddress> mailboxes)
    {
        json.WriteString(name, string.Join(", ", mailboxes.Select(Display)));
        json.WriteStartArray($"{name}Full");
        foreach (var mailbox in mailboxes)
            WriteMailbox(json, mailbox);
        json.WriteEndArray();
    }

    private static void WriteMailbox(Utf8JsonWriter json, MailboxAddress mailbox)
    {
        json.WriteStartObject();
        json.WriteString("Email"u8, mailbox.Address);
        json.WriteString("Name"u8, mailbox.Name);
        json.WriteString("MailboxHash"u8, MailboxHash(mailbox.Address));
        json.WriteEndObject();
    }

    private static string Display(MailboxAddress mailbox)
    {
        if (mailbox.Name.Length == 0)
            return mailbox.Address;
        var name = mailbox.Name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"\"{name}\" <{mailbox.Address}>";
    }

    /// <summary>The part of the local part after its first plus sign.</summary>
    private static string MailboxHash(string address)
    {
        var local = address[..Math.Max(address.LastIndexOf('@'), 0)];
        var plus = local.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? string.Empty : local[(plus + 1)..];
    }
}
