namespace InboundBridge.Mime.Structure;

/// <summary>A section of another source; disposing of it leaves the other one open.</summary>
internal sealed class SliceSource(MimeSource source, long offset, long length) : MimeSource
{
    public override long Length => length;

    internal override int WindowSize => source.WindowSize;

    public override int Read(long position, Span<byte> destination)
    {
        if (position >= length)
            return 0;
        var most = (int)Math.Min(destination.Length, length - position);
        return source.Read(offset + position, destination[..most]);
    }

    public override bool TryGetMemory(out ReadOnlyMemory<byte> memory)
    {
        if (!source.TryGetMemory(out memory))
            return false;
        memory = memory.Slice((int)offset, (int)length);
        return true;
    }
}
