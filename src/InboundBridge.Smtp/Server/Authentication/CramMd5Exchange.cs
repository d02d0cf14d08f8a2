using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace InboundBridge.Smtp.Server.Authentication;

/// <summary>CRAM-MD5 (RFC 2195), for old devices. Opt-in, because it needs passwords that are stored readably.</summary>
internal sealed class CramMd5Exchange(ISmtpAuthenticator authenticator, SmtpPeer peer, string hostname, DateTimeOffset now) : SaslExchange
{
    private const string NoSecret = "nobody's password";

    private byte[]? _challenge;

    public override async ValueTask<SaslStep> NextAsync(byte[]? response, CancellationToken cancellationToken)
    {
        if (_challenge is null)
        {
            // The server sends the first message, so the mechanism has no initial response.
            if (response is not null)
                return SaslStep.Malformed;
            var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            _challenge = Encoding.ASCII.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"<{nonce}.{now.ToUnixTimeSeconds()}@{hostname}>"));
            return SaslStep.Ask(_challenge);
        }
        if (response is null || Array.LastIndexOf(response, (byte)' ') is not (> 0 and var space)
            || Name(response.AsSpan(0, space)) is not { } user
            || Text(response.AsSpan(space + 1)) is not { } digest)
            return SaslStep.Malformed;
        var secret = await authenticator.FindSharedSecretAsync(peer, user, cancellationToken);
        // Computes a digest for unknown users as well, so that the time does not reveal whether a user exists.
        var expected = Digest(secret is { Length: > 0 } ? secret : NoSecret, _challenge);
        var equal = CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(digest.ToLowerInvariant()));
        return SaslStep.Decide(equal && secret is { Length: > 0 }, user);
    }

    [SuppressMessage("Security", "CA5351", Justification = "The mechanism prescribes MD5; it is off unless configured.")]
    internal static string Digest(string secret, byte[] challenge) =>
        Convert.ToHexStringLower(HMACMD5.HashData(Encoding.UTF8.GetBytes(secret), challenge));
}
