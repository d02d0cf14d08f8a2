using System.Buffers;

namespace InboundBridge.Mime.Reading;

/// <summary>
/// Gives spans of a source: of its own memory where it is in memory, else of one pooled buffer that moves over the file. A span is valid
/// until the next call.
/// </summary>
internal sealed class SourceWindow : IDisposable
{
    private readonly MimeSource _source;
    private readonly ReadOnlyMemory<byte> _memory;
    private readonly bool _inMemory;
    private byte[]? _buffer;
    private long _start;
    private int _count;

    public SourceWindow(MimeSource source)
    {
        _source = source;
        _inMemory = source.TryGetMemory(out _memory);
        Length = _inMemory ? _memory.Length : source.Length;
    }

    public long Length { get; }

    public bool InMemory => _inMemory;

    /// <summary>Octets from <paramref name="offset"/>: at least <paramref name="minimum"/>, fewer only where the source ends.</summary>
    public ReadOnlySpan<byte> From(long offset, int minimum)
    {
        if (offset >= Length)
            return [];
        if (_inMemory)
            return _memory.Span[(int)offset..];
        if (offset < _start || offset + Math.Min(minimum, Length - offset) > _start + _count)
            Fill(offset, minimum);
        return offset >= _start + _count ? [] : _buffer.AsSpan((int)(offset - _start), (int)(_start + _count - offset));
    }

    /// <summary>The octets themselves where they are in memory, else a copy.</summary>
    public ReadOnlyMemory<byte> Keep(long offset, int count)
    {
        if (_inMemory)
            return _memory.Slice((int)offset, count);
        var span = From(offset, count);
        return span[..Math.Min(count, span.Length)].ToArray();
    }

    public void Dispose()
    {
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _count = 0;
    }

    private void Fill(long offset, int minimum)
    {
        if (_buffer is null || _buffer.Length < minimum)
        {
            if (_buffer is not null)
                ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(_source.WindowSize, minimum));
        }
        _start = offset;
        _count = 0;
        while (_count < _buffer.Length)
        {
            var read = _source.Read(offset + _count, _buffer.AsSpan(_count));
            if (read <= 0)
                break;
            _count += read;
        }
    }
}
