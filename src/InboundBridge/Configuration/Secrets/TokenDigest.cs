using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace InboundBridge.Configuration.Secrets;

/// <summary>
/// The digest of an API token that this program made: <c>$hmac-sha256$SALT$DIGEST</c>, base64 without padding, with the salt as the HMAC's
/// key. A slow hash would not make 256 random bits harder to guess, so the check is fast, and a flood of wrong tokens costs little.
/// Secrets that people choose need <see cref="SecretHash"/>.
/// </summary>
internal sealed class TokenDigest
{
    private const string Scheme = "hmac-sha256";
    private const string TokenPrefix = "ibt_";
    private const int TokenBytes = 32;
    private const int SaltLength = 16;

    private readonly byte[] _salt;
    private readonly byte[] _digest;

    private TokenDigest(byte[] salt, byte[] digest) => (_salt, _digest) = (salt, digest);

    /// <summary>A new token. Scanners for leaked secrets recognize it by its prefix.</summary>
    public static string MakeToken() => TokenPrefix + WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(TokenBytes));

    /// <param name="token">From <see cref="MakeToken"/>, never one that a person chose.</param>
    public static string Make(string token)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        return $"${Scheme}${Encode(salt)}${Encode(HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes(token)))}";
    }

    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TokenDigest? digest)
    {
        digest = null;
        if (text.Split('$') is not ["", Scheme, var saltText, var digestText])
            return false;
        if (Decode(saltText) is not { Length: >= 8 and <= 64 } salt
            || Decode(digestText) is not { Length: HMACSHA256.HashSizeInBytes } octets)
            return false;
        digest = new TokenDigest(salt, octets);
        return true;
    }

    public bool Verify(ReadOnlySpan<byte> token)
    {
        Span<byte> found = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_salt, token, found);
        return CryptographicOperations.FixedTimeEquals(found, _digest);
    }

    private static string Encode(byte[] octets) => Convert.ToBase64String(octets).TrimEnd('=');

    private static byte[]? Decode(string text)
    {
        var padded = text + new string('=', (4 - (text.Length % 4)) % 4);
        var octets = new byte[padded.Length];
        return Convert.TryFromBase64String(padded, octets, out var written) ? octets[..written] : null;
    }
}
