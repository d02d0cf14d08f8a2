using System.Buffers;

namespace InboundBridge.Mime.Reading;

/// <summary>A stream whose next octets can be looked at before they are read.</summary>
internal sealed class PeekStream(Stream content) : ForwardStream
{
    /// <summary>Octets that can be looked at.</summary>
    public const int Most = 4096;

    private byte[] _ahead = ArrayPool<byte>.Shared.Rent(Most);
    private int _start;
    private int _end;

    /// <summary>The next octets, fewer than asked for only where the stream ends.</summary>
    /// <param name="count">Up to <see cref="Most"/>.</param>
    public ReadOnlySpan<byte> Peek(int count)
    {
        if (_start > 0)
        {
            _ahead.AsSpan(_start.._end).CopyTo(_ahead);
            (_start, _end) = (0, _end - _start);
        }
        while (_end < count && content.Read(_ahead.AsSpan(_end, Most - _end)) is > 0 and var read)
            _end += read;
        return _ahead.AsSpan(0, Math.Min(count, _end));
    }

    /// <summary>Skips octets that were looked at.</summary>
    public void Skip(int count) => _start += count;

    public override int Read(Span<byte> buffer)
    {
        if (_start == _end)
            return content.Read(buffer);
        var count = Math.Min(buffer.Length, _end - _start);
        _ahead.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _ahead.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_ahead);
            (_ahead, _start, _end) = ([], 0, 0);
            content.Dispose();
        }
        base.Dispose(disposing);
    }
}
