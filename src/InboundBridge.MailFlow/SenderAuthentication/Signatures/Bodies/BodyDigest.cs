using System.Buffers;
using System.Security.Cryptography;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;

/// <summary>
/// SHA-256 over a canonical body as it streams, once for all lengths that are asked for: where one of them ends, the hash so far is copied.
/// So a mail whose signatures name ten lengths costs one hash.
/// </summary>
internal sealed class BodyDigest : IDisposable
{
    /// <summary>
    /// Octets of pieces that are gathered, because each call of the hash has its price. A body of one piece that is no longer needs no
    /// state of the hash at all.
    /// </summary>
    private const int Gathered = 4096;

    /// <summary>Pieces of this length are hashed where they are: a copy would cost more than the call.</summary>
    private const int Direct = 1024;

    private readonly List<BodyHash> _cuts = [];
    private byte[] _small = [];
    private IncrementalHash? _hash;
    private BodyHash? _whole;
    private int _smallLength;
    private int _nextCut;

    /// <summary>Octets of the canonical body so far.</summary>
    public long Length { get; private set; }

    /// <summary>Before the first octet.</summary>
    public BodyHash Ask(long? limit)
    {
        if (limit is null)
            return _whole ??= new BodyHash(null);
        var at = _cuts.FindIndex(cut => cut.Limit >= limit);
        if (at >= 0 && _cuts[at].Limit == limit)
            return _cuts[at];
        var asked = new BodyHash(limit);
        _cuts.Insert(at < 0 ? _cuts.Count : at, asked);
        return asked;
    }

    public void Write(ReadOnlySpan<byte> octets)
    {
        while (_nextCut < _cuts.Count && _cuts[_nextCut].Limit!.Value - Length is var left && left < octets.Length)
        {
            Append(octets[..(int)left]);
            Length += left;
            octets = octets[(int)left..];
            Copy(_cuts[_nextCut++]);
        }
        // What no signature covers is only counted.
        if (_whole is not null || _nextCut < _cuts.Count)
            Append(octets);
        Length += octets.Length;
    }

    /// <summary>After the last octet.</summary>
    public void Complete()
    {
        while (_nextCut < _cuts.Count && _cuts[_nextCut].Limit == Length)
            Copy(_cuts[_nextCut++]);
        if (_whole is not null)
            Copy(_whole);
        foreach (var cut in _cuts)
            cut.LeaveOut(Math.Max(0, Length - cut.Limit!.Value));
    }

    public void Dispose()
    {
        _hash?.Dispose();
        if (_small.Length > 0)
            ArrayPool<byte>.Shared.Return(_small);
        (_small, _smallLength) = ([], 0);
    }

    private void Append(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > Gathered - _smallLength || (_hash is not null && octets.Length >= Direct))
        {
            Flush();
            if (octets.Length >= Direct)
            {
                Hash.AppendData(octets);
                return;
            }
        }
        if (_small.Length == 0)
            _small = ArrayPool<byte>.Shared.Rent(Gathered);
        octets.CopyTo(_small.AsSpan(_smallLength));
        _smallLength += octets.Length;
    }

    private IncrementalHash Hash => _hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private void Flush()
    {
        if (_smallLength > 0)
            Hash.AppendData(_small, 0, _smallLength);
        _smallLength = 0;
    }

    private void Copy(BodyHash asked)
    {
        if (_hash is null)
        {
            SHA256.HashData(_small.AsSpan(0, _smallLength), asked.Complete());
            return;
        }
        Flush();
        Hash.GetCurrentHash(asked.Complete());
    }
}
