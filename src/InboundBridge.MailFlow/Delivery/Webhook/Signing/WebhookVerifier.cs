using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Delivery.Webhook.Signing;

/// <summary>The receiver's side of Standard Webhooks 1.0.0 with a symmetric secret: for our own built-in receiver, and as the proof of what we send.</summary>
public sealed class WebhookVerifier
{
    /// <summary>The specification's libraries take timestamps this far from now, both ways.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>A header with more signatures than anybody rotates is not looked at further.</summary>
    private const int SignatureLimit = 32;

    private readonly SigningKey _key;
    private readonly TimeProvider _clock;

    /// <exception cref="FormatException">The secret is empty, or what follows its prefix is no base64.</exception>
    public WebhookVerifier(string secret, TimeProvider clock)
    {
        _key = SigningKey.Parse(secret, Path.GetTempPath()) as HmacKey ?? throw new FormatException("only whsec_ secrets can be verified with");
        _clock = clock;
    }

    /// <summary>Whether the request is ours, whole and fresh. The arguments are the headers as they came; null for a missing one.</summary>
    public bool Verify(string? id, string? timestamp, string? signatures, ReadOnlyMemory<byte> body)
    {
        if (string.IsNullOrEmpty(id) || signatures is null
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(_clock.GetUtcNow().ToUnixTimeSeconds() - (decimal)seconds) > (decimal)Tolerance.TotalSeconds)
        {
            return false;
        }
        using var content = MimeSource.FromMemory(body);
        var expected = Encoding.UTF8.GetBytes(_key.Sign(Encoding.UTF8.GetBytes($"{id}.{timestamp}."), content));
        return signatures.Split(' ', SignatureLimit, StringSplitOptions.RemoveEmptyEntries)
            .Any(signature => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), expected));
    }
}
