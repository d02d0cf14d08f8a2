using System.Globalization;
using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Forms;
using InboundBridge.MailFlow.Delivery.Webhook.Json;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>
/// Mailgun Routes <c>forward()</c>: a form, which is multipart only when the mail has attachments. As with Mailgun, a URL that ends in
/// <c>mime</c> gets the mail unparsed.
/// </summary>
internal sealed class MailgunFormat : IWebhookFormat
{
    private static readonly MailgunMimeFormat Unparsed = new();

    private static readonly string[] VendorsFields = ["X-Mailgun-", "X-Envelope-From"];

    public string Name => "mailgun";

    public FormatDefaults Defaults { get; } = MailgunDefaults.Instance with { ShowsSpam = true };

    public WebhookContent Compose(WebhookMail mail)
    {
        if (mail.Url.AbsolutePath.EndsWith("mime", StringComparison.Ordinal))
            return Unparsed.Compose(mail);
        var files = mail.Files.ToList();
        return files.Count == 0
            ? Composition.UrlEncoded(mail, form => WriteFields(form, mail, files))
            : Composition.Multipart(mail, form =>
            {
                WriteFields(form, mail, files);
                for (var index = 0; index < files.Count; index++)
                    form.File(FieldName(index), files[index].FileName ?? FieldName(index), files[index]);
            });
    }

    private static void WriteFields(IFormBody form, WebhookMail mail, List<MimeAttachment> files)
    {
        var mime = mail.Mime;
        form.Field("recipient", string.Join(",", mail.Recipients));
        form.Field("sender", mail.Message.Envelope.Sender);
        form.Field("from", mime.Header("From") ?? string.Empty);
        form.Field("subject", mime.Subject ?? string.Empty);
        var headers = Headers(mail).ToList();
        // Mailgun repeats each header as a field of its own, as often as it occurs.
        foreach (var header in headers)
            form.Field(header.Name, header.Value);
        form.Field("body-plain", WithCrlf(mime.Text));
        if (mime.Html is { } html)
            form.Field("body-html", html);
        // Always there, as receivers expect them, even for a mail that quotes nothing.
        form.Field("stripped-text", WithCrlf(mime.ReplyText));
        form.Field("stripped-signature", WithCrlf(StrippedParts.Signature(mime)));
        form.Field("stripped-html", StrippedParts.Html(mime));
        form.Field("message-headers", JsonText.Write(json =>
        {
            json.WriteStartArray();
            foreach (var (name, value) in headers)
            {
                json.WriteStartArray();
                json.WriteStringValue(name);
                json.WriteStringValue(value);
                json.WriteEndArray();
            }
            json.WriteEndArray();
        }));
        WriteFileFields(form, files);
        MailgunSignature.Write(form, mail);
    }

    private static void WriteFileFields(IFormBody form, List<MimeAttachment> files)
    {
        if (files.Count == 0)
            return;
        form.Field("attachment-count", files.Count.ToString(CultureInfo.InvariantCulture));
        if (files.Exists(file => file.ContentId is not null))
        {
            form.Field("content-id-map", JsonText.Write(json =>
            {
                json.WriteStartObject();
                for (var index = 0; index < files.Count; index++)
                {
                    if (files[index].ContentId is { } id)
                        json.WriteString($"<{id}>", FieldName(index));
                }
                json.WriteEndObject();
            }));
        }
    }

    private static IEnumerable<(string Name, string Value)> Headers(WebhookMail mail)
    {
        var verdicts = mail.Verdicts;
        if (verdicts.Spf.WasAsked)
            yield return ("X-Mailgun-Spf", SpfWord(verdicts.Spf.Result));
        if (verdicts.Dkim.Count > 0)
            yield return ("X-Mailgun-Dkim-Check-Result", DkimSummary.Of(verdicts.Dkim) == CheckResult.Pass ? "Pass" : "Fail");
        if (verdicts.Spam is { } spam)
        {
            yield return ("X-Mailgun-Sflag", spam.IsSpam ? "Yes" : "No");
            yield return ("X-Mailgun-Sscore", spam.Score.ToString("0.0##", CultureInfo.InvariantCulture));
        }
        yield return ("X-Mailgun-Incoming", "Yes");
        yield return ("X-Envelope-From", $"<{mail.Message.Envelope.Sender}>");
        foreach (var field in mail.HeadersWithout(VendorsFields))
            yield return (Titled(field.Name), field.Value);
    }

    /// <summary>Mailgun keeps the line ends of mail, which receivers may split at.</summary>
    private static string WithCrlf(string? text) => text?.Replace("\n", "\r\n", StringComparison.Ordinal) ?? string.Empty;

    private static string FieldName(int index) => string.Create(CultureInfo.InvariantCulture, $"attachment-{index + 1}");

    /// <summary>As Mailgun spells header names: Message-Id, Mime-Version.</summary>
    private static string Titled(string name)
    {
        var titled = new StringBuilder(name.Length);
        foreach (var character in name)
            titled.Append(titled.Length == 0 || titled[^1] == '-' ? char.ToUpperInvariant(character) : char.ToLowerInvariant(character));
        return titled.ToString();
    }

    /// <summary>Mailgun knows four results. The rest are neither for nor against the sender.</summary>
    private static string SpfWord(CheckResult result) => result switch
    {
        CheckResult.Pass => "Pass",
        CheckResult.Fail => "Fail",
        CheckResult.SoftFail => "SoftFail",
        _ => "Neutral",
    };
}
