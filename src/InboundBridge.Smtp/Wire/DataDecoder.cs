using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace InboundBridge.Smtp.Wire;

/// <summary>
/// Removes the dot-stuffing of DATA (RFC 5321 §4.5.2) from octets that come in pieces of any size. Only CRLF "." CRLF ends the data. A dot
/// is special only after a real CRLF, so that a bare CR or LF can neither end a message nor hide a dot, which is how SMTP smuggling works.
/// </summary>
/// <remarks>Bare CR and LF become CRLF and are reported; a caller that refuses them discards the message.</remarks>
internal sealed class DataDecoder
{
    private enum Place
    {
        /// <summary>After a real CRLF, or at the start, because the command's CRLF counts (RFC 5321 §4.1.1.4).</summary>
        LineStart,
        Middle,

        /// <summary>A CR was written; the next octet shows whether it is bare.</summary>
        Cr,

        /// <summary>A bare LF was found and a CR written; the LF must still be written.</summary>
        BareLf,

        /// <summary>A dot at the start of a line was taken and not written.</summary>
        Dot,

        /// <summary>A dot and a CR at the start of a line were taken and not written.</summary>
        DotCr,
        End,
    }

    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    private Place _place = Place.LineStart;

    public bool SawBareNewline { get; private set; }

    public bool Ended => _place == Place.End;

    /// <summary>Decodes until the source is used up, the destination is full, or the data ends.</summary>
    public void Decode(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        while (consumed < source.Length && _place != Place.End)
        {
            if (_place is Place.Middle or Place.LineStart)
            {
                if (_place == Place.LineStart && source[consumed] == '.')
                {
                    _place = Place.Dot;
                    consumed++;
                    continue;
                }
                if (written == destination.Length)
                    return;
                CopyLine(source, destination, ref consumed, ref written);
            }
            else if (!Step(source[consumed], destination, ref consumed, ref written))
            {
                return;
            }
        }
    }

    /// <summary>
    /// The usual case: lines that end with CRLF and don't begin with a dot are found by vector search and copied at once.
    /// </summary>
    private void CopyLine(ReadOnlySpan<byte> source, Span<byte> destination, ref int consumed, ref int written)
    {
        var room = Math.Min(source.Length - consumed, destination.Length - written);
        var window = source.Slice(consumed, room);
        var length = PlainLength(window);
        _place = Place.Middle;
        while (true)
        {
            var next = window[length..].IndexOfAny(LineEnds);
            if (next < 0)
            {
                length = window.Length;
                break;
            }
            length += next;
            if (length + 2 < window.Length && window[length] == '\r' && window[length + 1] == '\n' && window[length + 2] != '.')
            {
                length += 2;
                continue;
            }
            // The line end is at the edge of the window, or is bare, or a dot follows: continue octet by octet.
            if (window[length] == '\r')
            {
                length++;
                _place = Place.Cr;
            }
            else
            {
                _place = Place.BareLf;
            }
            break;
        }
        window[..length].CopyTo(destination[written..]);
        consumed += length;
        written += length;
        if (_place == Place.BareLf)
            BareLineFeed(destination, ref consumed, ref written);
    }

    /// <summary>
    /// The length of a start of the window that can be copied unchanged: each CR is followed by LF, each LF follows a CR, and no dot
    /// follows an LF. It may be shorter than possible, and never ends between CR and LF. Comparing all pairs of neighbours with vectors
    /// takes a third of the time of searching for each line end.
    /// </summary>
    private static int PlainLength(ReadOnlySpan<byte> window)
    {
        if (!Vector256.IsHardwareAccelerated || window.Length <= Vector256<byte>.Count || window[0] == '\n')
            return 0;
        var at = 0;
        for (; at + Vector256<byte>.Count < window.Length; at += Vector256<byte>.Count)
        {
            var here = Vector256.Create(window[at..]);
            var next = Vector256.Create(window[(at + 1)..]);
            var lineFeeds = Vector256.Equals(here, Vector256.Create((byte)'\n'));
            var bare = Vector256.Equals(here, Vector256.Create((byte)'\r')) ^ Vector256.Equals(next, Vector256.Create((byte)'\n'));
            var halts = (bare | (lineFeeds & Vector256.Equals(next, Vector256.Create((byte)'.')))).ExtractMostSignificantBits();
            if (halts == 0)
                continue;
            at += BitOperations.TrailingZeroCount(halts);
            break;
        }
        return at > 0 && window[at - 1] == '\r' ? at - 1 : at;
    }

    private void BareLineFeed(Span<byte> destination, ref int consumed, ref int written)
    {
        if (written == destination.Length)
        {
            // There is no room for the CR: come back to this LF later.
            _place = Place.Middle;
            return;
        }
        SawBareNewline = true;
        destination[written++] = (byte)'\r';
        consumed++;
    }

    /// <summary>Handles one octet in one of the unusual places; false when the destination is full.</summary>
    private bool Step(byte octet, Span<byte> destination, ref int consumed, ref int written)
    {
        switch (_place)
        {
            case Place.Dot when octet == '\r':
                _place = Place.DotCr;
                consumed++;
                return true;
            case Place.Dot:
                // Only the first dot is removed, even when a second one follows.
                _place = Place.Middle;
                return true;
            case Place.DotCr when octet == '\n':
                _place = Place.End;
                consumed++;
                return true;
        }
        if (written == destination.Length)
            return false;
        switch (_place)
        {
            case Place.DotCr:
                destination[written++] = (byte)'\r';
                _place = Place.Cr;
                break;
            case Place.Cr when octet == '\n':
                destination[written++] = (byte)'\n';
                consumed++;
                _place = Place.LineStart;
                break;
            case Place.Cr:
                SawBareNewline = true;
                destination[written++] = (byte)'\n';
                _place = Place.Middle;
                break;
            case Place.BareLf:
                destination[written++] = (byte)'\n';
                _place = Place.Middle;
                break;
        }
        return true;
    }
}
