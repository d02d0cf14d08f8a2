using InboundBridge.Mime;

namespace InboundBridge.UnitTests.Mime.Reading;

/// <summary>A source that is hard to read: not in memory, few octets a read, a small window.</summary>
internal sealed class SlowSource(byte[] octets, int mostPerRead, int window) : MimeSource
{
    public override long Length => octets.Length;

    public long OctetsRead { get; private set; }

    internal override int WindowSize => window;

    public override int Read(long offset, Span<byte> destination)
    {
        if (offset >= octets.Length)
            return 0;
        var count = (int)Math.Min(Math.Min(destination.Length, mostPerRead), octets.Length - offset);
        octets.AsSpan((int)offset, count).CopyTo(destination);
        OctetsRead += count;
        return count;
    }
}
