using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Json;
using InboundBridge.MailFlow.Queue.Asking;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Mime;
using InboundBridge.Mime.Addresses;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>
/// The shape of Amazon SES's SNS action with the mail in it. Only Amazon can make its signature (verifiers pin the host of its
/// certificates), so the fields of the signature are empty, and <c>webhook-signature</c> proves the request.
/// </summary>
internal sealed class SesSnsFormat : IWebhookFormat
{
    /// <summary>Octets after which SES cuts the list of headers, and says so.</summary>
    private const int HeaderLimit = 10 * 1024;

    public string Name => "ses-sns";

    public FormatDefaults Defaults { get; } = new() { Statuses = new(), ShowsSpam = true, ShowsVirus = true };

    public bool ReadsParts => false;

    public WebhookContent Compose(WebhookMail mail)
    {
        var topic = $"arn:aws:sns:inboundbridge:000000000000:{mail.Delivery.Destination}";
        var octets = SHA256.HashData(Encoding.ASCII.GetBytes(AskedIds.ForReceivers(mail.Delivery.Id)));
        var id = new Guid(octets.AsSpan(0, 16), bigEndian: true).ToString("D");
        using var inner = mail.NewBody();
        using (var json = new Utf8JsonWriter(inner, JsonText.WriterOptions))
            WriteNotification(json, inner, mail, topic);
        var content = Composition.Compose(mail, body =>
        {
            using var json = new Utf8JsonWriter(body, JsonText.WriterOptions);
            json.WriteStartObject();
            json.WriteString("Type"u8, "Notification"u8);
            json.WriteString("MessageId"u8, id);
            json.WriteString("TopicArn"u8, topic);
            json.WriteString("Subject"u8, "Amazon SES Email Receipt Notification"u8);
            json.WriteText(body, "Message"u8, inner);
            json.WriteTime("Timestamp"u8, mail.Message.ReceivedAt);
            json.WriteString("SignatureVersion"u8, "1"u8);
            json.WriteString("Signature"u8, ""u8);
            json.WriteString("SigningCertURL"u8, ""u8);
            json.WriteString("UnsubscribeURL"u8, ""u8);
            json.WriteEndObject();
            return "text/plain; charset=UTF-8";
        });
        return content with
        {
            Headers =
            [
                new("x-amz-sns-message-type", "Notification"), new("x-amz-sns-message-id", id),
                new("x-amz-sns-topic-arn", topic), new("x-amz-sns-subscription-arn", $"{topic}:{id}"),
            ],
        };
    }

    private static void WriteNotification(Utf8JsonWriter json, BodyBuffer body, WebhookMail mail, string topic)
    {
        var isUtf8 = IsUtf8(mail.Source);
        json.WriteStartObject();
        json.WriteString("notificationType"u8, "Received"u8);
        WriteMail(json, mail);
        WriteReceipt(json, mail, topic, isUtf8);
        if (isUtf8)
            json.WriteText(body, "content"u8, mail.Raw);
        else
            json.WriteBase64("content"u8, mail.Raw);
        json.WriteEndObject();
    }

    private static void WriteReceipt(Utf8JsonWriter json, WebhookMail mail, string topic, bool isUtf8)
    {
        var verdicts = mail.Verdicts;
        json.WriteStartObject("receipt"u8);
        json.WriteTime("timestamp"u8, mail.Message.ReceivedAt);
        json.WriteNumber("processingTimeMillis"u8, (long)Math.Max(0, (mail.Now - mail.Message.ReceivedAt).TotalMilliseconds));
        json.WriteStrings("recipients"u8, [.. mail.Recipients]);
        WriteVerdict(json, "spamVerdict", verdicts.Spam is not { } spam ? CheckResult.None :
            spam.IsSpam ? CheckResult.Fail : CheckResult.Pass);
        WriteVerdict(
            json, "virusVerdict",
            verdicts.Virus is not null ? CheckResult.Fail : verdicts.VirusScanned ? CheckResult.Pass : CheckResult.None);
        WriteVerdict(json, "spfVerdict", verdicts.Spf.Result);
        WriteVerdict(json, "dkimVerdict", DkimSummary.Of(verdicts.Dkim));
        WriteVerdict(json, "dmarcVerdict", verdicts.Dmarc.Result);
        if (verdicts.Dmarc is { Result: CheckResult.Fail, Policy: { } policy })
            json.WriteString("dmarcPolicy"u8, policy);
        json.WriteStartObject("action"u8);
        json.WriteString("type"u8, "SNS"u8);
        json.WriteString("topicArn"u8, topic);
        json.WriteString("encoding"u8, isUtf8 ? "UTF8"u8 : "BASE64"u8);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteVerdict(Utf8JsonWriter json, string name, CheckResult result)
    {
        json.WriteStartObject(name);
        json.WriteString("status"u8, result switch
        {
            CheckResult.Pass => "PASS",
            CheckResult.Fail or CheckResult.SoftFail or CheckResult.PermError or CheckResult.Policy => "FAIL",
            CheckResult.TempError => "PROCESSING_FAILED",
            _ => "GRAY",
        });
        json.WriteEndObject();
    }

    private static void WriteMail(Utf8JsonWriter json, WebhookMail mail)
    {
        var mime = mail.Mime;
        json.WriteStartObject("mail"u8);
        json.WriteTime("timestamp"u8, mail.Message.ReceivedAt);
        json.WriteString("source"u8, mail.Message.Envelope.Sender);
        json.WriteString("messageId"u8, mail.Message.Id);
        json.WriteStrings("destination"u8, [.. mail.Recipients]);
        var room = HeaderLimit;
        var fields = mime.Headers.TakeWhile(field => (room -= field.Length) >= 0).ToList();
        json.WriteBoolean("headersTruncated"u8, fields.Count < mime.Headers.Count);
        json.WriteStartArray("headers"u8);
        foreach (var field in fields)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, field.Name);
            json.WriteString("value"u8, field.Value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteCommonHeaders(json, mail, mime);
        json.WriteEndObject();
    }

    private static void WriteCommonHeaders(Utf8JsonWriter json, WebhookMail mail, MimeMessage mime)
    {
        json.WriteStartObject("commonHeaders"u8);
        json.WriteString("returnPath"u8, mail.Message.Envelope.Sender);
        WriteMailboxes(json, "from", mime.From);
        if (mime.Header("Date") is { } date)
            json.WriteString("date"u8, date);
        WriteMailboxes(json, "to", mime.To);
        WriteMailboxes(json, "cc", mime.Cc);
        WriteMailboxes(json, "replyTo", mime.ReplyTo);
        if (mime.MessageId is { } id)
            json.WriteString("messageId"u8, $"<{id}>");
        if (mime.Subject is { } subject)
            json.WriteString("subject"u8, subject);
        json.WriteEndObject();
    }

    private static void WriteMailboxes(Utf8JsonWriter json, string name, IReadOnlyList<MailboxAddress> mailboxes)
    {
        if (mailboxes.Count > 0)
            json.WriteStrings(Encoding.ASCII.GetBytes(name), [.. mailboxes.Select(Display)]);
    }

    private static string Display(MailboxAddress mailbox) =>
        mailbox.Name.Length == 0 ? mailbox.Address : $"{mailbox.Name} <{mailbox.Address}>";

    private static bool IsUtf8(MailContent source)
    {
        if (source.TryGetMemory(out var memory))
            return Utf8.IsValid(memory.Span);
        var decoder = new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder();
        var piece = new byte[16 * 1024];
        var text = new char[piece.Length + 1];
        try
        {
            var offset = 0L;
            for (int count; (count = source.Read(offset, piece)) > 0; offset += count)
                decoder.GetChars(piece, 0, count, text, 0, flush: offset + count == source.Length);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
