using System.Buffers;
using System.Text;

namespace InboundBridge.Smtp.Client;

/// <summary>
/// Properties of a message that decide how it can be sent. They are read from its octets, because the sender's declarations may be wrong.
/// </summary>
/// <param name="EightBit">It has octets above 127, which need 8BITMIME (RFC 6152).</param>
/// <param name="EightBitHeader">It has such octets in its header.</param>
/// <param name="BareNewline">
/// It has a bare CR or LF. Sent by DATA, these could end the message at one server and not at another, and smuggle in a second one.
/// </param>
/// <param name="Nul">It has an octet 0, which only BINARYMIME allows.</param>
internal readonly record struct ContentTraits(bool EightBit, bool EightBitHeader, bool BareNewline, bool Nul)
{
    /// <exception cref="IOException">The content can't be read, or ends before its length.</exception>
    public static ValueTask<ContentTraits> OfAsync(SmtpContent content, CancellationToken cancellationToken)
    {
        if (!content.TryGetMemory(out var memory))
            return ReadAsync(content, cancellationToken);
        var scan = new Scan();
        scan.Add(memory.Span);
        return new(scan.ToTraits());
    }

    private static async ValueTask<ContentTraits> ReadAsync(SmtpContent content, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(content.Length, 1, SmtpWire.BufferSize));
        try
        {
            var scan = new Scan();
            for (var offset = 0L; offset < content.Length;)
            {
                var count = await content.ReadAsync(offset, buffer, cancellationToken);
                if (count <= 0)
                    throw new EndOfStreamException($"the mail ends after {offset} of {content.Length} octets");
                scan.Add(buffer.AsSpan(0, count));
                offset += count;
            }
            return scan.ToTraits();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private struct Scan
    {
        private bool _eightBit;
        private bool _eightBitHeader;
        private bool _bareNewline;
        private bool _nul;
        private bool _afterCr;
        private bool _inBody;
        private bool _insideLine;

        public void Add(ReadOnlySpan<byte> octets)
        {
            if (octets.IsEmpty)
                return;
            _nul |= octets.Contains((byte)0);
            var eightBit = !Ascii.IsValid(octets);
            _eightBit |= eightBit;
            if (_afterCr && octets[0] != (byte)'\n')
                (_bareNewline, _afterCr) = (true, false);
            while (octets.Length > 0)
            {
                var length = octets.IndexOfAny((byte)'\r', (byte)'\n');
                if (length < 0)
                {
                    InLine(octets, eightBit);
                    return;
                }
                InLine(octets[..length], eightBit);
                octets = octets[(length + LineEnd(octets[length..]))..];
            }
        }

        public readonly ContentTraits ToTraits() => new(_eightBit, _eightBitHeader, _bareNewline || _afterCr, _nul);

        private void InLine(ReadOnlySpan<byte> text, bool eightBit)
        {
            _insideLine |= text.Length > 0;
            if (!_inBody && eightBit && !Ascii.IsValid(text))
                _eightBitHeader = true;
        }

        /// <summary>Examines a line end; returns how many octets it has.</summary>
        private int LineEnd(ReadOnlySpan<byte> octets)
        {
            if (octets[0] == (byte)'\r')
            {
                if (octets.Length == 1)
                {
                    _afterCr = true;
                    return 1;
                }
                if (octets[1] != (byte)'\n')
                {
                    _bareNewline = true;
                    return 1;
                }
            }
            else if (!_afterCr)
            {
                _bareNewline = true;
            }
            _afterCr = false;
            _inBody |= !_insideLine;
            _insideLine = false;
            return octets[0] == (byte)'\r' ? 2 : 1;
        }
    }
}
