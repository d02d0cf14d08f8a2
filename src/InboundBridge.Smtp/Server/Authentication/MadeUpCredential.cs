using System.Security.Cryptography;
using System.Text;

namespace InboundBridge.Smtp.Server.Authentication;

/// <summary>
/// What SCRAM shows for a name that is no user's. Derived from the name by a secret key, so that asking twice gives the same; nobody can prove a password
/// against it, since no key has its digest.
/// </summary>
public static class MadeUpCredential
{
    /// <summary>Octets of salt at most.</summary>
    private const int LongestSalt = HMACSHA512.HashSizeInBytes;

    /// <param name="key">Ours; as long as it stays, so does what is made.</param>
    /// <param name="iterations">As users have.</param>
    /// <param name="saltLength">As users have; in octets.</param>
    public static ScramCredential Create(ReadOnlySpan<byte> key, string user, int iterations, int saltLength) => new(
        HMACSHA512.HashData(key, Encoding.UTF8.GetBytes($"salt {user}"))[..Math.Min(saltLength, LongestSalt)],
        iterations,
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"stored key {user}")),
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"server key {user}")));
}
