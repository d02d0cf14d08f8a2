using System.Globalization;
using System.Text;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Delivery.Webhook.Signing;

/// <summary>Makes the header <c>webhook-signature</c>: one signature for each secret, so that a receiver can move from one to the next.</summary>
internal sealed class WebhookSigner(IReadOnlyList<SigningKey> keys)
{
    /// <summary>Over <c>id.timestamp.body</c> (Standard Webhooks 1.0.0); null when there is no secret.</summary>
    public string? Sign(string id, long timestamp, MimeSource body)
    {
        if (keys.Count == 0)
            return null;
        var prefix = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        return keys.Count == 1 ? keys[0].Sign(prefix, body) : string.Join(' ', keys.Select(key => key.Sign(prefix, body)));
    }

    /// <exception cref="FormatException">A secret is none.</exception>
    public static WebhookSigner FromSecrets(IEnumerable<string> secrets, string temporaryFolder) =>
        new([.. secrets.Select(secret => SigningKey.Parse(secret, temporaryFolder))]);
}
