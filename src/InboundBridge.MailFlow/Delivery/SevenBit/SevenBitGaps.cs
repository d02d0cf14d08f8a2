using System.Buffers;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.SevenBit;

/// <summary>
/// Writes what lies around parts: delimiters, and text before the first and behind the last part, which no reader shows (RFC 2046 §5.1.1).
/// Such text has no encoding, so that its letters outside ASCII become question marks.
/// </summary>
internal sealed class SevenBitGaps(MailContent mail, SevenBitTarget target, byte[] piece, IBufferWriter<byte> output)
{
    /// <exception cref="SevenBitException">It can't be written in 7 bit.</exception>
    /// <exception cref="IOException">The mail can't be read.</exception>
    public void Write(long from, long to)
    {
        var traits = OctetTraits.Of(mail, from, to, piece);
        if (traits.IsBinary)
            throw new SevenBitException("a line between the parts or of a header holds an octet 0, or does not end with CRLF");
        if (traits.EightBit == 0 || target.EightBit)
            Copy(from, to);
        else
            Replace(from, to);
    }

    public void Copy(long from, long to)
    {
        while (from < to)
        {
            var octets = MailSection.ReadPiece(mail, from, to, piece);
            output.Write(octets);
            from += octets.Length;
        }
    }

    private void Replace(long from, long to)
    {
        var (column, isDelimiter) = (0, true);
        while (from < to)
        {
            var count = MailSection.ReadPiece(mail, from, to, piece).Length;
            foreach (ref var octet in piece.AsSpan(0, count))
            {
                if (octet == (byte)'\n')
                {
                    (column, isDelimiter) = (0, true);
                    continue;
                }
                isDelimiter &= column++ >= 2 || octet == (byte)'-';
                if (octet < 128)
                    continue;
                if (isDelimiter)
                    throw new SevenBitException("a delimiter between parts is not ASCII");
                octet = (byte)'?';
            }
            output.Write(piece.AsSpan(0, count));
            from += count;
        }
    }
}
