using System.Buffers.Binary;
using System.Security.Cryptography;

namespace InboundBridge.MailFlow.Spool.Moving.Format;

/// <summary>Writes frames and the digests at the ends of entries.</summary>
internal sealed class FrameWriter : IDisposable
{
    private readonly Stream _output;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _header = new byte[ExportFormat.FrameHeader];

    /// <param name="last">The digest at which an interrupted file goes on; empty for a new file.</param>
    public FrameWriter(Stream output, ReadOnlySpan<byte> last)
    {
        _output = output;
        _hash.AppendData(last);
    }

    public ValueTask WriteFirstLineAsync(CancellationToken cancellationToken)
    {
        var line = ExportFormat.FirstLine.ToArray();
        _hash.AppendData(line);
        return _output.WriteAsync(line, cancellationToken);
    }

    public async ValueTask WriteAsync(FrameKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await WriteHeaderAsync(kind, payload.Length, cancellationToken);
        _hash.AppendData(payload.Span);
        await _output.WriteAsync(payload, cancellationToken);
    }

    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        await WriteHeaderAsync(FrameKind.End, SHA256.HashSizeInBytes, cancellationToken);
        var digest = _hash.GetHashAndReset();
        _hash.AppendData(digest);
        await _output.WriteAsync(digest, cancellationToken);
    }

    public void Dispose() => _hash.Dispose();

    private ValueTask WriteHeaderAsync(FrameKind kind, int length, CancellationToken cancellationToken)
    {
        _header[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(_header.AsSpan(1), length);
        _hash.AppendData(_header);
        return _output.WriteAsync(_header, cancellationToken);
    }
}
