using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using InboundBridge.Smtp.Server;

namespace InboundBridge.Configuration.Secrets;

/// <summary>
/// A hash against which a password or API token can be checked: <c>$pbkdf2-sha256$i=600000$SALT$HASH</c>, base64 without padding. PBKDF2
/// (RFC 8018), since the base library has it. The hash includes its cost, so raising the default keeps old hashes valid.
/// </summary>
internal sealed class SecretHash
{
    /// <summary>OWASP's recommendation for PBKDF2-HMAC-SHA256.</summary>
    public const int DefaultIterations = 600_000;

    /// <summary>A cap, so that a mistyped count in a configured hash can't keep a processor busy for an hour at each login.</summary>
    public const int MostIterations = 10_000_000;

    private const string Scheme = "pbkdf2-sha256";
    private const int SaltLength = 16;
    private const int HashLength = 32;

    private readonly int _iterations;
    private readonly byte[] _salt;
    private readonly byte[] _hash;

    private SecretHash(int iterations, byte[] salt, byte[] hash)
    {
        _iterations = iterations;
        _salt = salt;
        _hash = hash;
    }

    public int Iterations => _iterations;

    public int SaltOctets => _salt.Length;

    public static SecretHash Of(int iterations, byte[] salt, byte[] hash) => new(iterations, salt, hash);

    public static string Make(string secret, int iterations = DefaultIterations)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var hash = Derive(secret, salt, iterations, HashLength);
        return string.Create(CultureInfo.InvariantCulture, $"${Scheme}$i={iterations}${Encode(salt)}${Encode(hash)}");
    }

    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SecretHash? hash)
    {
        hash = null;
        if (text.Split('$') is not ["", Scheme, ['i', '=', .. var count], var saltText, var hashText])
            return false;
        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is < 1 or > MostIterations)
            return false;
        if (Decode(saltText) is not { Length: >= 8 and <= 64 } salt || Decode(hashText) is not { Length: >= 16 and <= 64 } octets)
            return false;
        hash = new SecretHash(iterations, salt, octets);
        return true;
    }

    /// <summary>Takes as long for a wrong secret as for the right one.</summary>
    public bool Verify(string secret) => CryptographicOperations.FixedTimeEquals(Derive(secret, _salt, _iterations, _hash.Length), _hash);

    /// <summary>
    /// The same secret for SCRAM-SHA-256: RFC 5802 §3 salts the password with PBKDF2 in the same way and derives its two keys from that.
    /// Null where the hash does not have SHA-256's length.
    /// </summary>
    public ScramCredential? ToScram()
    {
        if (_hash.Length != SHA256.HashSizeInBytes)
            return null;
        var clientKey = HMACSHA256.HashData(_hash, "Client Key"u8);
        return new ScramCredential(_salt, _iterations, SHA256.HashData(clientKey), HMACSHA256.HashData(_hash, "Server Key"u8));
    }

    private static byte[] Derive(string secret, byte[] salt, int iterations, int length) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(secret), salt, iterations, HashAlgorithmName.SHA256, length);

    private static string Encode(byte[] octets) => Convert.ToBase64String(octets).TrimEnd('=');

    private static byte[]? Decode(string text)
    {
        var padded = text + new string('=', (4 - (text.Length % 4)) % 4);
        var octets = new byte[padded.Length];
        return Convert.TryFromBase64String(padded, octets, out var written) ? octets[..written] : null;
    }
}
