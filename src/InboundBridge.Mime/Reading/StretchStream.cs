namespace InboundBridge.Mime.Reading;

/// <summary>A section of another stream from its current position on. Owns that stream.</summary>
/// <param name="skip">Octets to skip first.</param>
/// <param name="length">Octets of the section.</param>
internal sealed class StretchStream(Stream content, int skip, long length) : ForwardStream
{
    private int _skip = skip;
    private long _left = length;

    public override int Read(Span<byte> buffer)
    {
        if (_skip > 0)
            PassOver();
        if (buffer.Length > _left)
            buffer = buffer[..(int)_left];
        if (buffer.IsEmpty)
            return 0;
        var count = content.Read(buffer);
        _left -= count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            content.Dispose();
        base.Dispose(disposing);
    }

    private void PassOver()
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(Math.Min(_skip, 16 * 1024));
        while (_skip > 0 && content.Read(buffer.AsSpan(0, Math.Min(_skip, buffer.Length))) is > 0 and var count)
            _skip -= count;
        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        _skip = 0;
    }
}
