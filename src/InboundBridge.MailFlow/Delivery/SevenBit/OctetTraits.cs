using System.Text;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.SevenBit;

/// <summary>What a section of a mail holds that not every server takes.</summary>
/// <param name="Length">Octets of the section.</param>
/// <param name="EightBit">How many of them are above 127.</param>
/// <param name="IsBinary">It holds an octet 0, or a CR or LF that is not part of a CRLF (RFC 2045 §2.9).</param>
/// <param name="HasLongLine">A line has more than 998 octets (RFC 5322 §2.1.1).</param>
internal readonly record struct OctetTraits(long Length, long EightBit, bool IsBinary, bool HasLongLine)
{
    /// <summary>Octets of a line without its CRLF.</summary>
    public const int LongestLine = 998;

    public bool IsPlain => EightBit == 0 && !IsBinary;

    public static OctetTraits Of(ReadOnlySpan<byte> octets)
    {
        var count = default(Count);
        count.Add(octets);
        return count.ToTraits(octets.Length);
    }

    /// <param name="piece">Room to read into.</param>
    /// <exception cref="IOException">The mail can't be read.</exception>
    public static OctetTraits Of(MailContent mail, long from, long to, byte[] piece)
    {
        var count = default(Count);
        for (var at = from; at < to;)
        {
            var octets = MailSection.ReadPiece(mail, at, to, piece);
            count.Add(octets);
            at += octets.Length;
        }
        return count.ToTraits(to - from);
    }

    private struct Count
    {
        private long _eightBit;
        private long _line;
        private bool _isBinary;
        private bool _hasLongLine;
        private bool _afterCr;

        public void Add(ReadOnlySpan<byte> octets)
        {
            if (octets.IsEmpty)
                return;
            if (!Ascii.IsValid(octets))
            {
                foreach (var octet in octets)
                    _eightBit += octet >> 7;
            }
            _isBinary |= octets.Contains((byte)0) || (_afterCr && octets[0] != (byte)'\n');
            _afterCr &= octets[0] == (byte)'\n';
            while (octets.IndexOfAny((byte)'\r', (byte)'\n') is >= 0 and var at)
            {
                _line += at;
                octets = octets[(at + LineEnd(octets[at..], isFirst: at == 0))..];
            }
            _line += octets.Length;
        }

        public readonly OctetTraits ToTraits(long length) =>
            new(length, _eightBit, _isBinary || _afterCr, _hasLongLine || _line > LongestLine);

        /// <returns>Its octets in this piece.</returns>
        private int LineEnd(ReadOnlySpan<byte> octets, bool isFirst)
        {
            if (octets is [(byte)'\r'])
            {
                _afterCr = true;
                return 1;
            }
            var isWhole = octets is [(byte)'\r', (byte)'\n', ..];
            _isBinary |= !isWhole && !(isFirst && _afterCr);
            _afterCr = false;
            _hasLongLine |= _line > LongestLine;
            _line = 0;
            return isWhole ? 2 : 1;
        }
    }
}
