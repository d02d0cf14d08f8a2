using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace InboundBridge.MailFlow.Delivery.Webhook.Json;

/// <summary>
/// Writes the inside of a JSON string (RFC 8259 §7) as UTF-8. Mail texts have a line end about every eighty characters, and at each of them
/// the library's encoder falls back to single characters. This encoder copies and searches in the same step, one vector at a time. A lone
/// surrogate becomes U+FFFD.
/// </summary>
internal static class JsonEscaping
{
    private const int LongestEscape = 6;

    /// <summary>Octets of buffer to ask for at once: enough for a usual text.</summary>
    private const int PieceRoom = 4 * 1024;

    /// <summary>Characters that are encoded at once.</summary>
    private const int CharacterPiece = 512;

    /// <summary>A character of the BMP takes up to three octets, a surrogate pair four.</summary>
    private const int MostOctetsACharacter = 3;

    /// <param name="text">Valid UTF-8.</param>
    /// <param name="unifiesLineEnds">CRLF, and CR alone, become LF.</param>
    public static void Write(BodyBuffer output, ReadOnlySpan<byte> text, bool unifiesLineEnds)
    {
        while (!text.IsEmpty)
        {
            var room = output.GetSpan(Math.Min(text.Length, PieceRoom) + (2 * LongestEscape));
            text = text[Write(room, text, unifiesLineEnds, out var used)..];
            output.Advance(used);
        }
    }

    public static void Write(BodyBuffer output, ReadOnlySpan<char> text)
    {
        Span<byte> octets = stackalloc byte[CharacterPiece * MostOctetsACharacter];
        while (!text.IsEmpty)
        {
            var piece = text[..Math.Min(text.Length, CharacterPiece)];
            if (piece.Length < text.Length && char.IsHighSurrogate(piece[^1]))
                piece = piece[..^1];
            Utf8.FromUtf16(piece, octets, out _, out var count);
            Write(output, octets[..count], unifiesLineEnds: false);
            text = text[piece.Length..];
        }
    }

    /// <param name="text">Valid UTF-8.</param>
    /// <param name="used">Octets written.</param>
    /// <returns>How many octets of <paramref name="text"/> fitted.</returns>
    private static int Write(Span<byte> room, ReadOnlySpan<byte> text, bool unifiesLineEnds, out int used)
    {
        var at = used = 0;
        while (true)
        {
            var plain = CopyPlain(room[used..], text.Slice(at, Math.Min(text.Length - at, room.Length - used - LongestEscape)));
            at += plain;
            used += plain;
            if (at == text.Length || room.Length - used <= LongestEscape)
                return at;
            var octet = text[at++];
            if (octet == '\r' && unifiesLineEnds)
            {
                octet = (byte)'\n';
                if (at < text.Length && text[at] == '\n')
                    at++;
            }
            used += WriteEscape(room[used..], octet);
            if (room.Length - used <= LongestEscape)
                return at;
        }
    }

    /// <returns>The number of octets before the first that has to be escaped. Some octets after them may have been written too.</returns>
    private static int CopyPlain(Span<byte> room, ReadOnlySpan<byte> text)
    {
        var at = 0;
        for (; text.Length - at >= Vector256<byte>.Count; at += Vector256<byte>.Count)
        {
            var octets = Vector256.Create(text[at..]);
            octets.CopyTo(room[at..]);
            var escaped = Vector256.LessThan(octets, Vector256.Create((byte)' ')) | Vector256.Equals(octets, Vector256.Create((byte)'"'))
                | Vector256.Equals(octets, Vector256.Create((byte)'\\')) | Vector256.Equals(octets, Vector256.Create((byte)0x7F));
            // A predicted branch costs less than computing the position in every vector.
            if (escaped != Vector256<byte>.Zero)
                return at + BitOperations.TrailingZeroCount(escaped.ExtractMostSignificantBits());
        }
        for (; at < text.Length && text[at] is >= (byte)' ' and not ((byte)'"' or (byte)'\\' or 0x7F); at++)
            room[at] = text[at];
        return at;
    }

    /// <returns>Octets.</returns>
    private static int WriteEscape(Span<byte> room, byte octet)
    {
        var letter = octet switch
        {
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            (byte)'"' => (byte)'"',
            (byte)'\\' => (byte)'\\',
            _ => default,
        };
        room[0] = (byte)'\\';
        if (letter != 0)
        {
            room[1] = letter;
            return 2;
        }
        "u00"u8.CopyTo(room[1..]);
        room[4] = HexDigit(octet >> 4);
        room[5] = HexDigit(octet & 0xF);
        return LongestEscape;
    }

    private static byte HexDigit(int value) => (byte)"0123456789ABCDEF"[value];
}
