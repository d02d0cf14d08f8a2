using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace InboundBridge.Http.Access;

/// <summary>
/// Remembers the results of slow hashes, so that each token is hashed once. Entries are keyed by an HMAC with a key of this process: a
/// memory dump shows no token, and nobody can craft colliding tokens. Bounded.
/// </summary>
internal sealed class TokenAnswers
{
    private const int MostRight = 1024;

    /// <summary>A client that repeats the same wrong token costs one slow check.</summary>
    private const int MostWrong = 4096;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<UInt128, string> _right = new();
    private readonly ConcurrentDictionary<UInt128, object> _wrong = new();

    public UInt128 KeyOf(ReadOnlySpan<byte> token)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, token, digest);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }

    /// <summary>The hash that this token is known to match; null if none.</summary>
    public string? HashOf(UInt128 key) => _right.GetValueOrDefault(key);

    /// <summary>True when this token is known to match none of this set of hashes.</summary>
    public bool IsWrong(UInt128 key, object hashes) => _wrong.TryGetValue(key, out var asked) && ReferenceEquals(asked, hashes);

    public void Fits(UInt128 key, string hash)
    {
        if (_right.Count >= MostRight)
            _right.Clear();
        _right[key] = hash;
    }

    public void FitsNone(UInt128 key, object hashes)
    {
        if (_wrong.Count >= MostWrong)
            _wrong.Clear();
        _wrong[key] = hashes;
    }
}
