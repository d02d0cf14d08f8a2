using System.Buffers;

namespace InboundBridge.Smtp.Wire;

internal enum WireLineStatus
{
    /// <summary>No complete line yet.</summary>
    Incomplete,

    /// <summary>A line is in <see cref="LineReader.Line"/>.</summary>
    Line,

    /// <summary>A line was thrown away: longer than the limit.</summary>
    TooLong,

    /// <summary>A line was thrown away: it ended with a bare LF (RFC 5321 §2.3.8).</summary>
    BareNewline,

    /// <summary>No line end within many times the limit: this is no conversation.</summary>
    Flood,

    /// <summary>The peer closed its side.</summary>
    End,

    TimedOut,

    ShuttingDown,
}

/// <summary>Takes lines off a buffer: bytes in, at most <paramref name="limit"/> octets with CRLF, and CRLF only.</summary>
internal sealed class LineReader(int limit)
{
    /// <summary>How much of one endless line is thrown away before the connection is.</summary>
    private const int FloodFactor = 32;

    private const int FirstSize = 256;

    private byte[] _line = [];
    private int _length;
    private long _discarded;

    /// <summary>The last line without its CRLF; valid until the next call of <see cref="Take"/>.</summary>
    public ReadOnlySpan<byte> Line => _line.AsSpan(0, _length);

    /// <summary>Advances <paramref name="buffer"/> behind what was taken.</summary>
    public WireLineStatus Take(ref ReadOnlySequence<byte> buffer)
    {
        var newline = buffer.PositionOf((byte)'\n');
        if (newline is not { } at)
        {
            if (_discarded == 0 && buffer.Length < limit)
                return WireLineStatus.Incomplete;
            _discarded += buffer.Length;
            buffer = buffer.Slice(buffer.End);
            return _discarded > (long)limit * FloodFactor ? WireLineStatus.Flood : WireLineStatus.Incomplete;
        }
        var line = buffer.Slice(0, at);
        buffer = buffer.Slice(buffer.GetPosition(1, at));
        var total = _discarded + line.Length + 1;
        _discarded = 0;
        if (total > limit)
            return WireLineStatus.TooLong;
        return Keep(line);
    }

    private WireLineStatus Keep(in ReadOnlySequence<byte> line)
    {
        var length = (int)line.Length;
        if (_line.Length < length)
            _line = new byte[Math.Max(length, Math.Min(limit, Math.Max(FirstSize, _line.Length * 2)))];
        line.CopyTo(_line);
        _length = length - 1;
        if (length > 0 && _line[_length] == '\r')
            return WireLineStatus.Line;
        _length = 0;
        return WireLineStatus.BareNewline;
    }
}
