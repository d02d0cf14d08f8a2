using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Authentication;

namespace InboundBridge.Hosting.Users;

/// <summary>
/// Credentials for names that don't exist, so that nobody can tell them from users. Their iterations and salt
/// lengths are distributed as those of the real users. The same name always gets the same credential, also after a
/// restart, and as far as possible when other users change.
/// </summary>
/// <param name="key">Secret, and kept over restarts.</param>
internal sealed class DecoyUsers(byte[] key, IEnumerable<SecretHash> users)
{
    private const int UsualSalt = 16;

    private readonly (int Iterations, int Salt, int Users)[] _shapes =
    [
        .. users.GroupBy(hash => (hash.Iterations, hash.SaltOctets))
            .Select(shape => (shape.Key.Iterations, shape.Key.SaltOctets, shape.Count()))
            .DefaultIfEmpty((SecretHash.DefaultIterations, UsualSalt, 1)),
    ];

    public ScramCredential Scram(string user)
    {
        var (iterations, salt) = ShapeOf(user);
        return MadeUpCredential.Create(key, user, iterations, salt);
    }

    /// <summary>A hash that takes as long to verify as a user's and that no password matches.</summary>
    public SecretHash Hash(string user)
    {
        var made = Scram(user);
        return SecretHash.Of(made.Iterations, made.Salt, made.StoredKey);
    }

    /// <summary>
    /// Weighted rendezvous hashing: each shape draws a number for the name, and the lowest wins. Adding or removing
    /// a shape changes only the names that move to it or from it.
    /// </summary>
    private (int Iterations, int Salt) ShapeOf(string user)
    {
        var best = (Score: double.PositiveInfinity, Iterations: 0, Salt: 0);
        foreach (var (iterations, salt, users) in _shapes)
        {
            var draw =
                HMACSHA256.HashData(
                    key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"shape {iterations} {salt} {user}")));
            var score = -Math.Log((BinaryPrimitives.ReadUInt32BigEndian(draw) + 1.0) / (uint.MaxValue + 2.0)) / users;
            if (score < best.Score)
                best = (score, iterations, salt);
        }
        return (best.Iterations, best.Salt);
    }
}
