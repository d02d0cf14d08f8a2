using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Forms;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>
/// Mailgun's signature: hex HMAC-SHA256 over timestamp and token, with the text of the signing key as key. It does not cover the body.
/// </summary>
internal static class MailgunSignature
{
    private const int TokenLength = 50;

    /// <summary>The signing key is the first secret. Without a secret there is no signature field.</summary>
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
