using System.Text;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.Webhook.Signing;

/// <summary>One secret of Standard Webhooks 1.0.0. Safe for concurrent use.</summary>
internal abstract class SigningKey
{
    /// <summary>Standard Webhooks 1.0.0: 24 to 64 octets. Shorter ones can be guessed.</summary>
    public const int FewestOctets = 24;

    private const string SymmetricPrefix = "whsec_";
    private const string AsymmetricPrefix = "whsk_";

    /// <summary>Octets of the secret.</summary>
    public abstract int Length { get; }

    /// <summary><c>v1,…</c> or <c>v1a,…</c> over the prefix and the body.</summary>
    /// <param name="prefix"><c>id.timestamp.</c></param>
    public abstract string Sign(ReadOnlySpan<byte> prefix, MailContent body);

    /// <summary>
    /// Reads <c>whsec_</c> + base64 (HMAC-SHA256) or <c>whsk_</c> + base64 (Ed25519, 32 octets of seed, or 64 with the public key behind
    /// it). Without a prefix, base64 of 24 to 64 octets is decoded, as every Standard Webhooks library does; any other text is the key
    /// itself, as UTF-8.
    /// </summary>
    /// <exception cref="FormatException">The text after a prefix is no key. The message does not repeat the secret.</exception>
    public static SigningKey Parse(string secret, string temporaryFolder)
    {
        if (secret.StartsWith(AsymmetricPrefix, StringComparison.Ordinal))
            return new Ed25519Key(Decode(secret[AsymmetricPrefix.Length..], AsymmetricPrefix), temporaryFolder);
        if (secret.StartsWith(SymmetricPrefix, StringComparison.Ordinal))
            return new HmacKey(Decode(secret[SymmetricPrefix.Length..], SymmetricPrefix));
        if (secret.Length == 0)
            throw new FormatException("a secret is empty");
        var decoded = new byte[secret.Length];
        return Convert.TryFromBase64String(secret, decoded, out var length) && length is >= 24 and <= 64
            ? new HmacKey(decoded[..length])
            : new HmacKey(Encoding.UTF8.GetBytes(secret));
    }

    private static byte[] Decode(string text, string prefix)
    {
        var decoded = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, decoded, out var length) || length == 0)
            throw new FormatException($"what follows {prefix} in a secret is no base64");
        return decoded[..length];
    }
}
