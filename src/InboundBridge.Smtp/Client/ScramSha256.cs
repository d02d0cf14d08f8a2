using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace InboundBridge.Smtp.Client;

/// <summary>The client's side of SCRAM-SHA-256 without channel binding (RFC 5802, RFC 7677), as a function of the messages.</summary>
internal sealed class ScramSha256(SmtpCredentials credentials, string nonce)
{
    /// <summary>"n,," means no channel binding and no authorization identity.</summary>
    private const string Gs2Header = "n,,";

    /// <summary>RFC 7677 §4 asks for at least 4096. Without a maximum, a hostile server could waste our CPU time.</summary>
    private const int MostIterations = 1_000_000;

    private readonly string _first = $"n={Escape(credentials.User)},r={nonce}";
    private byte[]? _serverSignature;

    public string ClientFirst => Gs2Header + _first;

    public static string NewNonce() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));

    /// <summary>The answer to the server's first message; null when that message is not valid.</summary>
    public string? ClientFinal(string serverFirst)
    {
        var fields = serverFirst.Split(',');
        if (fields is not [['r', '=', .. var combined], ['s', '=', .. var saltText], ['i', '=', .. var count], ..])
            return null;
        // The server's nonce must extend ours; otherwise an old exchange could be replayed.
        if (!combined.StartsWith(nonce, StringComparison.Ordinal) || combined.Length == nonce.Length)
            return null;
        var salt = new byte[saltText.Length];
        if (!Convert.TryFromBase64String(saltText, salt, out var saltLength) || saltLength == 0)
            return null;
        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is < 1 or > MostIterations)
            return null;
        var password = Encoding.UTF8.GetBytes(credentials.Password.Normalize(NormalizationForm.FormKC));
        var salted = Rfc2898DeriveBytes.Pbkdf2(
            password, salt.AsSpan(0, saltLength), iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var withoutProof = $"c={Convert.ToBase64String(Encoding.ASCII.GetBytes(Gs2Header))},r={combined}";
        var exchange = Encoding.UTF8.GetBytes($"{_first},{serverFirst},{withoutProof}");
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var proof = HMACSHA256.HashData(SHA256.HashData(clientKey), exchange);
        for (var index = 0; index < proof.Length; index++)
            proof[index] ^= clientKey[index];
        _serverSignature = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), exchange);
        return $"{withoutProof},p={Convert.ToBase64String(proof)}";
    }

    /// <summary>The server's last message proves that it knows the password.</summary>
    public bool IsProof(string serverFinal)
    {
        var signature = new byte[serverFinal.Length];
        return _serverSignature is not null
            && serverFinal.StartsWith("v=", StringComparison.Ordinal)
            && Convert.TryFromBase64String(serverFinal[2..].Split(',')[0], signature, out var length)
            && CryptographicOperations.FixedTimeEquals(signature.AsSpan(0, length), _serverSignature);
    }

    private static string Escape(string user) =>
        user.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
}
