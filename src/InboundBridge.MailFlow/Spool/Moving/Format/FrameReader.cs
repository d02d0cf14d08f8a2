using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace InboundBridge.MailFlow.Spool.Moving.Format;

/// <summary>
/// Reads frames, and checks the digest at the end of each entry. Memory is taken as octets come in, never because a length says so.
/// </summary>
internal sealed class FrameReader(Stream input, string file) : IDisposable
{
    private const int FirstPiece = 64 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _header = new byte[ExportFormat.FrameHeader];
    private byte[] _buffer = new byte[FirstPiece];
    private byte[] _digest = [];
    private FrameKind _kind;
    private long _length;
    private bool _isPeeked;

    /// <summary>Octets read so far.</summary>
    public long Offset { get; private set; }

    /// <summary>Where the frame begins that was looked at last.</summary>
    public long FrameOffset { get; private set; }

    /// <summary>For what is reported: the mail that is being read.</summary>
    public string? MessageId { get; set; }

    /// <summary>The digest of the last entry that was right.</summary>
    public ReadOnlySpan<byte> Digest => _digest;

    public async ValueTask ReadFirstLineAsync(CancellationToken cancellationToken)
    {
        var line = new List<byte>(ExportFormat.LongestLine);
        while (line.Count < ExportFormat.LongestLine && await FillAsync(_header.AsMemory(0, 1), cancellationToken) == 1)
        {
            line.Add(_header[0]);
            if (_header[0] == '\n')
                break;
        }
        var octets = line.ToArray();
        _hash.AppendData(octets);
        if (octets.AsSpan().SequenceEqual(ExportFormat.FirstLine))
            return;
        var text = Encoding.Latin1.GetString(octets).TrimEnd('\n');
        if (text.StartsWith(ExportFormat.Name, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(ExportFormat.Name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            throw Fault(string.Create(
                CultureInfo.InvariantCulture,
                $"the file has version {version} of the format, and this program knows versions up to {ExportFormat.Version}: use a newer one"));
        }
        throw Fault(octets.Length == 0 ? "the file is empty" : "this is not an export of a spool");
    }

    /// <summary>The kind of the next frame, which stays the next one; null at the end of the file.</summary>
    public async ValueTask<FrameKind?> PeekAsync(CancellationToken cancellationToken)
    {
        if (_isPeeked)
            return _kind;
        FrameOffset = Offset;
        var count = await FillAsync(_header, cancellationToken);
        if (count == 0)
            return null;
        if (count < _header.Length)
            throw Cut();
        (_kind, _length, _isPeeked) = ((FrameKind)_header[0], BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(1)), true);
        return _kind;
    }

    /// <summary>The payload of the frame that was looked at. Valid until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(int longest, CancellationToken cancellationToken)
    {
        _isPeeked = false;
        if (_length > longest)
            throw Fault(string.Create(CultureInfo.InvariantCulture, $"a frame says that it has {_length} octets; {longest} are allowed"));
        _hash.AppendData(_header);
        var length = (int)_length;
        var filled = 0;
        while (filled < length)
        {
            if (filled == _buffer.Length)
                Array.Resize(ref _buffer, (int)Math.Min(longest, _buffer.Length * 2L));
            var wanted = Math.Min(length, _buffer.Length) - filled;
            if (await FillAsync(_buffer.AsMemory(filled, wanted), cancellationToken) < wanted)
                throw Cut();
            filled += wanted;
        }
        _hash.AppendData(_buffer.AsSpan(0, length));
        return _buffer.AsMemory(0, length);
    }

    /// <summary>Checks the digest of the entry that ends here.</summary>
    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        if (await PeekAsync(cancellationToken) is not { } kind)
            throw Cut();
        if (kind != FrameKind.End || _length != SHA256.HashSizeInBytes)
            throw Fault("a frame is not where it belongs");
        _isPeeked = false;
        _hash.AppendData(_header);
        var digest = _hash.GetHashAndReset();
        var told = new byte[SHA256.HashSizeInBytes];
        if (await FillAsync(told, cancellationToken) < told.Length)
            throw Cut();
        if (!told.AsSpan().SequenceEqual(digest))
            throw Fault("the entry that ends here, or one before it, was changed or is missing: its digest is wrong");
        _digest = digest;
        _hash.AppendData(digest);
        MessageId = null;
    }

    public ExportDamagedException Cut() => new(file, Offset, MessageId, "the file ends here, in the middle of the export");

    public ExportDamagedException Fault(string what, Exception? inner = null) => new(file, FrameOffset, MessageId, what, inner);

    public void Dispose() => _hash.Dispose();

    private async ValueTask<int> FillAsync(Memory<byte> memory, CancellationToken cancellationToken)
    {
        var count = await input.ReadAtLeastAsync(memory, memory.Length, throwOnEndOfStream: false, cancellationToken);
        Offset += count;
        return count;
    }
}
