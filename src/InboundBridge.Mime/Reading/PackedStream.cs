namespace InboundBridge.Mime.Reading;

/// <summary>A packed file in a mail; counts the octets read from it.</summary>
internal sealed class PackedStream(Stream content) : ForwardStream
{
    public long Count { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        var count = content.Read(buffer);
        Count += count;
        if (Count > UnpackAllowance.LargestFile)
            throw new UnpackLimitException($"a report is larger than {UnpackAllowance.LargestFile / (1024 * 1024)} MB and was not read");
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            content.Dispose();
        base.Dispose(disposing);
    }
}
