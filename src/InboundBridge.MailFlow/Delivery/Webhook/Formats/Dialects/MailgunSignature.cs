using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Forms;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>Mailgun's proof: hex HMAC-SHA256 over timestamp and token, with the signing key's text as key. It does not cover the body.</summary>
internal static class MailgunSignature
{
    private const int TokenLength = 50;

    /// <summary>Mailgun has one signing key: the first secret. Without one there is no signature field.</summary>
    public static void Write(IFormBody form, WebhookMail mail)
    {
        var timestamp = mail.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var token = mail.Nonce("mailgun", TokenLength);
        form.Field("timestamp", timestamp);
        form.Field("token", token);
        if (mail.VendorsProof(key => Sign(key, timestamp + token)) is { } signature)
            form.Field("signature", signature);
    }

    private static string Sign(string key, string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));
}
