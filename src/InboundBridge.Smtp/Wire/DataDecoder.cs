using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace InboundBridge.Smtp.Wire;

/// <summary>
/// Takes the transparency off DATA (RFC 5321 §4.5.2), octets in, octets out, in pieces of any size. Only CRLF "." CRLF ends the data;
/// a dot counts only behind a true CRLF, so that no bare CR or LF, alone or together, can end a message or hide a dot: that is how smuggling works.
/// </summary>
/// <remarks>Bare CR and LF are made CRLF and reported; a caller that refuses them throws the message away.</remarks>
internal sealed class DataDecoder
{
    private enum Place
    {
        /// <summary>Behind a true CRLF, or at the very beginning: the command's CRLF counts (RFC 5321 §4.1.1.4).</summary>
        LineStart,
        Middle,

        /// <summary>CR was written; whether it is a bare one shows next.</summary>
        Cr,

        /// <summary>A bare LF was seen and its CR written; the LF is still to be written.</summary>
        BareLf,

        /// <summary>A dot at line start was taken and not written.</summary>
        Dot,

        /// <summary>Dot and CR at line start were taken and not written.</summary>
        DotCr,
        End,
    }

    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    private Place _place = Place.LineStart;

    public bool SawBareNewline { get; private set; }

    public bool Ended => _place == Place.End;

    /// <summary>Moves on until the source is used up, the destination is full, or the data ends.</summary>
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

    /// <summary>The common case: whole lines with CRLF and no dot in front, found by vector search and copied in one go.</summary>
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
            // The line end lies at the window's edge, is bare, or a dot follows: step through it.
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
    /// So many octets from the start at least have nothing to look at: each CR has its LF behind it, each LF its CR in front, and no dot behind. It ends
    /// between no CR and its LF. A look at each pair of neighbours, many at a time, takes a third of the time of a search for each line's end.
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
            // No room for the CR: look at this LF again.
            _place = Place.Middle;
            return;
        }
        SawBareNewline = true;
        destination[written++] = (byte)'\r';
        consumed++;
    }

    /// <summary>One octet in one of the rare places; false when the destination is full.</summary>
    private bool Step(byte octet, Span<byte> destination, ref int consumed, ref int written)
    {
        switch (_place)
        {
            case Place.Dot when octet == '\r':
                _place = Place.DotCr;
                consumed++;
                return true;
            case Place.Dot:
                // The dot goes, what follows it stays, be it a second dot.
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
