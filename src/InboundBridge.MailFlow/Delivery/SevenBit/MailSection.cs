using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.SevenBit;

/// <summary>A section of a mail that is a mail itself. It copies nothing, and does not own the whole mail.</summary>
internal sealed class MailSection(MailContent whole, long from, long to) : MailContent
{
    public override long Length => to - from;

    public override int Read(long offset, Span<byte> destination) => offset >= Length
        ? 0
        : whole.Read(from + offset, destination[..(int)Math.Min(destination.Length, Length - offset)]);

    /// <summary>Some octets from an offset on, at least one.</summary>
    /// <param name="to">Where reading ends; above <paramref name="from"/>.</param>
    /// <exception cref="EndOfStreamException">The mail ends before.</exception>
    public static ReadOnlySpan<byte> ReadPiece(MailContent mail, long from, long to, byte[] piece)
    {
        var count = mail.Read(from, piece.AsSpan(0, (int)Math.Min(piece.Length, to - from)));
        return count > 0 ? piece.AsSpan(0, count) : throw new EndOfStreamException($"the mail ends after {from} of {mail.Length} octets");
    }
}
