using System.Buffers;

namespace InboundBridge.Smtp.Wire;

internal enum WireLineStatus
{
    /// <summary>No complete line yet.</summary>
    Incomplete,

    /// <summary>A line is in <see cref="LineReader.Line"/>.</summary>
    Line,

    /// <summary>A line longer than the limit was discarded.</summary>
    TooLong,

    /// <summary>A line that ended with a bare LF was discarded (RFC 5321 §2.3.8).</summary>
    BareNewline,

    /// <summary>No line end came within many times the limit: the client does not speak SMTP.</summary>
    Flood,

    /// <summary>The client closed its side.</summary>
    End,

    TimedOut,

    ShuttingDown,
}

/// <summary>Takes lines off a buffer. A line ends with CRLF and has at most <paramref name="limit"/> octets with it.</summary>
internal sealed class LineReader(int limit)
{
    /// <summary>So many times the limit of one endless line are discarded before the connection is closed.</summary>
    private const int FloodFactor = 32;

    private const int FirstSize = 256;

    private byte[] _line = [];
    private int _length;
    private long _discarded;

    /// <summary>The last line without its CRLF; valid until the next call of <see cref="Take"/>.</summary>
    public ReadOnlySpan<byte> Line => _line.AsSpan(0, _length);

    /// <summary>Takes a line and advances <paramref name="buffer"/> past it.</summary>
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
