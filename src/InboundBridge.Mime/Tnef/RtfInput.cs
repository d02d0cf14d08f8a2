namespace InboundBridge.Mime.Tnef;

/// <summary>Reads RTF octet by octet with one octet of look-ahead; -1 at the end.</summary>
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
