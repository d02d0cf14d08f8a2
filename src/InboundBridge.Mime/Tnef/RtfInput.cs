namespace InboundBridge.Mime.Tnef;

/// <summary>The octets of RTF one by one, with one to look ahead to; -1 at the end.</summary>
internal sealed class RtfInput(Stream rtf)
{
    private readonly byte[] _buffer = new byte[4096];
    private int _next;
    private int _end;

    public int Peek()
    {
        if (_next == _end)
            (_next, _end) = (0, rtf.Read(_buffer, 0, _buffer.Length));
        return _end == 0 ? -1 : _buffer[_next];
    }

    public int Read()
    {
        var octet = Peek();
        if (octet >= 0)
            _next++;
        return octet;
    }
}
