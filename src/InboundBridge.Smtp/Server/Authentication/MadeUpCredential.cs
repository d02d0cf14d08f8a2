using System.Security.Cryptography;
using System.Text;

namespace InboundBridge.Smtp.Server.Authentication;

/// <summary>
/// A SCRAM credential for a name that no user has, so that a client can't tell whether a user exists. It is
/// derived from the name with a secret key, so that every exchange shows the same salt. No password matches it,
/// because its stored key is not the digest of any known client key.
/// </summary>
public static class MadeUpCredential
{
    /// <summary>The most octets of salt that can be derived.</summary>
    private const int LongestSalt = HMACSHA512.HashSizeInBytes;

    /// <param name="key">Our secret; the same key gives the same credentials.</param>
    /// <param name="iterations">The number that real users have.</param>
    /// <param name="saltLength">Octets of the salt that real users have.</param>
    public static ScramCredential Create(ReadOnlySpan<byte> key, string user, int iterations, int saltLength) => new(
        HMACSHA512.HashData(key, Encoding.UTF8.GetBytes($"salt {user}"))[..Math.Min(saltLength, LongestSalt)],
        iterations,
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"stored key {user}")),
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"server key {user}")));
}
