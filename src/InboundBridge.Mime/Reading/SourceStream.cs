namespace InboundBridge.Mime.Reading;

/// <summary>A whole source as a stream; disposing of the stream disposes of the source.</summary>
internal sealed class SourceStream(MimeSource source) : ForwardStream
{
    private long _position;

    public override int Read(Span<byte> buffer)
    {
        var count = source.Read(_position, buffer);
        _position += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }
}
