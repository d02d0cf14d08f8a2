using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook;

/// <summary>Octets that are read in uneven pieces, like those of a file.</summary>
internal sealed class ChunkedContent(byte[] octets, int piece = 1021) : MailContent
{
    public override long Length => octets.Length;

    public override int Read(long offset, Span<byte> destination)
    {
        var count = (int)Math.Min(Math.Min(octets.Length - offset, destination.Length), piece);
        octets.AsSpan((int)offset, count).CopyTo(destination);
        return count;
    }
}
