using System.Globalization;
using System.Text;
using System.Text.Unicode;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.Webhook.Signing;

/// <summary>Makes the header <c>webhook-signature</c>: one signature for each secret, so that a receiver can change its secret.</summary>
internal sealed class WebhookSigner(IReadOnlyList<SigningKey> keys, bool isHidden = false)
{
    /// <summary>Signs nothing.</summary>
    public static WebhookSigner None { get; } = new([]);

    /// <summary>Writes a blot instead of a signature.</summary>
    public static WebhookSigner Hidden { get; } = new([], isHidden: true);

    /// <summary>Digits of a long, with its sign.</summary>
    private const int TimestampLength = 20;

    /// <summary>The signatures over <c>id.timestamp.body</c> (Standard Webhooks 1.0.0); null without a secret.</summary>
    public string? Sign(string id, long timestamp, MailContent body)
    {
        if (keys.Count == 0)
            return isHidden ? ShownOptions.Blot : null;
        var longest = Encoding.UTF8.GetMaxByteCount(id.Length) + TimestampLength + 2;
        var prefix = longest <= 256 ? stackalloc byte[256] : new byte[longest];
        Utf8.TryWrite(prefix, CultureInfo.InvariantCulture, $"{id}.{timestamp}.", out var length);
        if (keys.Count == 1)
            return keys[0].Sign(prefix[..length], body);
        var signatures = new string[keys.Count];
        for (var index = 0; index < signatures.Length; index++)
            signatures[index] = keys[index].Sign(prefix[..length], body);
        return string.Join(' ', signatures);
    }

    /// <exception cref="FormatException">A secret can't be read.</exception>
    public static WebhookSigner FromSecrets(IEnumerable<string> secrets, string temporaryFolder) =>
        new([.. secrets.Select(secret => SigningKey.Parse(secret, temporaryFolder))]);
}
