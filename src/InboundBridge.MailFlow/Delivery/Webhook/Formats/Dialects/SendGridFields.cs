using System.Globalization;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Forms;
using InboundBridge.MailFlow.Delivery.Webhook.Json;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>The fields of both of SendGrid's forms.</summary>
internal static class SendGridFields
{
    /// <summary>
    /// SendGrid gives up after three days, as we do. It does not document what 4xx does; we try again rather than lose mail.
    /// </summary>
    public static FormatDefaults Defaults { get; } = new() { Statuses = new(), ShowsSpam = true };

    public static void Write(MultipartForm form, WebhookMail mail)
    {
        var envelope = mail.Message.Envelope;
        var verdicts = mail.Verdicts;
        var dkim = string.Join(", ", verdicts.Dkim.Select(signature => $"@{signature.Domain} : {signature.Result.Word()}"));
        form.Field("dkim", verdicts.Dkim.Count == 0 ? "none" : $"{{{dkim}}}");
        form.Field("to", mail.Mime.Header("To") ?? string.Empty);
        if (mail.Mime.Header("Cc") is { } cc)
            form.Field("cc", cc);
        form.Field("from", mail.Mime.Header("From") ?? string.Empty);
        form.Field("subject", mail.Mime.Subject ?? string.Empty);
        form.Field("sender_ip", envelope.ClientIp ?? string.Empty);
        form.Field("envelope", JsonText.Write(json =>
        {
            json.WriteStartObject();
            json.WriteStrings("to"u8, [.. mail.Recipients]);
            json.WriteString("from"u8, envelope.Sender);
            json.WriteEndObject();
        }));
        if (verdicts.Spam is { } spam)
        {
            form.Field("spam_score", spam.Score.ToString("0.0##", CultureInfo.InvariantCulture));
            form.Field("spam_report", SpamReport.Of(spam));
        }
        form.Field("SPF", verdicts.Spf.Result.Word());
    }
}
