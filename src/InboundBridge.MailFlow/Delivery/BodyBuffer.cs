using System.Buffers;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery;

/// <summary>
/// Octets that an attempt makes: a request body, or a mail that was converted. They are written once, and then read for signing and for
/// sending. They are kept in one pooled array; beyond <see cref="MemoryLimit"/> octets they move to a file without a name, so that a large
/// mail takes disk instead of memory.
/// </summary>
internal sealed class BodyBuffer(string temporaryFolder, int memoryLimit = BodyBuffer.MemoryLimit) : MailContent, IBufferWriter<byte>
{
    /// <summary>Octets kept in memory. With 64 workers all bodies together take at most 32 MB.</summary>
    public const int MemoryLimit = 512 * 1024;

    private const int FirstSize = 16 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(FirstSize, memoryLimit));
    private int _used;
    private FileStream? _file;
    private long _spilled;

    public override long Length => _spilled + _used;

    public bool IsInFile => _file is not null;

    public void Advance(int count) => _used += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_used);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(Math.Max(sizeHint, 1));
        return _buffer.AsSpan(_used);
    }

    /// <summary>
    /// Repeats what was written at <paramref name="offset"/>. False, with nothing written, when those octets are in the file or the body
    /// would have to move there.
    /// </summary>
    public bool TryRepeat(long offset, long length)
    {
        if (offset < _spilled || _used + length > memoryLimit)
            return false;
        var count = (int)length;
        MakeRoom(count);
        _buffer.AsSpan((int)(offset - _spilled), count).CopyTo(_buffer.AsSpan(_used));
        _used += count;
        return true;
    }

    public override int Read(long offset, Span<byte> destination)
    {
        if (offset < _spilled)
            return RandomAccess.Read(_file!.SafeFileHandle, destination[..(int)Math.Min(destination.Length, _spilled - offset)], offset);
        var rest = _buffer.AsSpan(0, _used)[(int)Math.Min(_used, offset - _spilled)..];
        var count = Math.Min(rest.Length, destination.Length);
        rest[..count].CopyTo(destination);
        return count;
    }

    public override bool TryGetMemory(out ReadOnlyMemory<byte> memory)
    {
        memory = _file is null ? _buffer.AsMemory(0, _used) : default;
        return _file is null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _used = 0;
            _file?.Dispose();
        }
        base.Dispose(disposing);
    }

    private void MakeRoom(int wanted)
    {
        if (_buffer.Length - _used >= wanted)
            return;
        if (_used > 0 && _used + (long)wanted > memoryLimit)
            Spill();
        if (_buffer.Length - _used >= wanted)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_used + wanted, Math.Min(_buffer.Length * 2, memoryLimit)));
        _buffer.AsSpan(0, _used).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void Spill()
    {
        _file ??= TemporaryFile.Create(temporaryFolder);
        RandomAccess.Write(_file.SafeFileHandle, _buffer.AsSpan(0, _used), _spilled);
        _spilled += _used;
        _used = 0;
    }
}
