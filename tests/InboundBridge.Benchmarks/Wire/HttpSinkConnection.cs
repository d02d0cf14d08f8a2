using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace InboundBridge.Benchmarks.Wire;

/// <summary>
/// The part of HTTP/1.1 that a webhook receiver needs: bodies by length or in chunks, pipelined requests. Every request gets the same 200.
/// </summary>
/// <param name="arrivals">Null: nothing is counted.</param>
/// <param name="kept">Null: no body is looked at.</param>
/// <param name="delay">The time before each answer; infinite: there is none.</param>
internal sealed class HttpSinkConnection(Socket socket, ArrivalCount? arrivals, KeptMail? kept = null, TimeSpan delay = default)
    : LoopConnection(socket)
{
    private const int LongestHead = 32 * 1024;

    private static readonly byte[] Accepted = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray();
    private static readonly byte[] GoOn = "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray();

    // Used only if a head arrives in pieces.
    private byte[]? _held;
    private int _heldLength;

    private string? _id;
    private long _left;
    private ChunkedBody? _chunks;
    private bool _closeAfter;
    private bool _inBody;

    public override void Take(ReadOnlySpan<byte> input)
    {
        while (!input.IsEmpty && !Ended)
        {
            if (!_inBody && !TakeHead(ref input))
                return;
            var before = input;
            var whole = TakeBody(ref input);
            kept?.Take(this, before[..^input.Length]);
            if (!whole)
                return;
            _inBody = false;
            kept?.End(this);
            arrivals?.Add(_id ?? throw new InvalidOperationException("a request without webhook-id"));
            if (delay == TimeSpan.Zero)
                Answer(this);
            else if (delay != Timeout.InfiniteTimeSpan)
                Loop!.After(delay, this, Answer);
        }
    }

    private static void Answer(LoopConnection connection)
    {
        var sink = (HttpSinkConnection)connection;
        sink.Write(Accepted);
        sink.Ended |= sink._closeAfter;
    }

    private bool TakeBody(ref ReadOnlySpan<byte> input)
    {
        if (_chunks is not null)
            return _chunks.Take(ref input);
        var part = (int)Math.Min(_left, input.Length);
        input = input[part..];
        _left -= part;
        return _left == 0;
    }

    private bool TakeHead(ref ReadOnlySpan<byte> input)
    {
        if (_heldLength == 0)
        {
            var end = input.IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                Parse(input[..end]);
                input = input[(end + 4)..];
                return true;
            }
        }

        _held ??= new byte[LongestHead];
        var before = _heldLength;
        var added = Math.Min(input.Length, LongestHead - before);
        input[..added].CopyTo(_held.AsSpan(before));
        var from = Math.Max(0, before - 3);
        var found = _held.AsSpan(from, before + added - from).IndexOf("\r\n\r\n"u8);
        if (found < 0)
        {
            _heldLength += added;
            input = input[added..];
            return _heldLength < LongestHead
                ? false : throw new InvalidOperationException($"a request's head is longer than {LongestHead} octets");
        }

        Parse(_held.AsSpan(0, from + found));
        input = input[(from + found + 4 - before)..];
        _heldLength = 0;
        return true;
    }

    private void Parse(ReadOnlySpan<byte> head)
    {
        (_inBody, _id, _left, _chunks, _closeAfter) = (true, null, 0, null, false);
        kept?.Begin(this);
        foreach (var range in head.Split("\r\n"u8))
        {
            var line = head[range];
            var colon = line.IndexOf((byte)':');
            if (colon > 0)
                Header(line[..colon], line[(colon + 1)..].Trim((byte)' '));
        }
    }

    private void Header(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Ascii.EqualsIgnoreCase(name, "webhook-id"u8))
            _id = Encoding.ASCII.GetString(value);
        else if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
            _left = Utf8Parser.TryParse(value, out long length, out _)
                ? length : throw new InvalidOperationException("a Content-Length that is no number");
        else if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8))
            _chunks = new ChunkedBody();
        else if (Ascii.EqualsIgnoreCase(name, "expect"u8))
            Write(GoOn);
        else if (Ascii.EqualsIgnoreCase(name, "connection"u8))
            _closeAfter = Ascii.EqualsIgnoreCase(value, "close"u8);
    }
}
