namespace InboundBridge.Mime.Reading;

/// <summary>The content of one layer of packing; throws beyond the allowance.</summary>
internal sealed class UnpackedStream(Stream unpacker, PackedStream packed, UnpackAllowance allowance) : ForwardStream
{
    private long _total;

    public override int Read(Span<byte> buffer)
    {
        var count = unpacker.Read(buffer);
        _total += count;
        allowance.Take(count, _total, packed.Count);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            unpacker.Dispose();
        base.Dispose(disposing);
    }
}
