using System.Buffers;
using System.Text.Unicode;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats;

/// <summary>
/// The inside of a JSON string (RFC 8259 §7) as UTF-8. Mail texts have a line end every eighty characters, where the library's encoder falls back to
/// single characters; this one goes from one to the next by vectors. A lone surrogate becomes U+FFFD.
/// </summary>
internal static class JsonEscaping
{
    /// <summary>Characters at once, so that no buffer is asked for that is as large as the text.</summary>
    private const int PieceSize = 8 * 1024;

    public const int LongestEscape = 6;

    /// <summary>Octets at once: each may become an escape, and the room for that has to be there.</summary>
    private const int OctetPieceSize = 2 * 1024;

    /// <summary>A character of the BMP takes up to three octets; a surrogate pair four.</summary>
    private const int MostOctetsACharacter = 3;

    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (char)code), '"', '\\', '\x7f']);

    private static readonly SearchValues<byte> EscapedOctets = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (byte)code), (byte)'"', (byte)'\\', 0x7f]);

    /// <param name="text">Valid UTF-8.</param>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            var piece = text[..Math.Min(text.Length, OctetPieceSize)];
            text = text[piece.Length..];
            // One request for room a piece: asking for it costs more than a line's octets.
            output.Advance(Write(output.GetSpan(piece.Length * LongestEscape), piece));
        }
    }

    /// <param name="room">At least <see cref="LongestEscape"/> times as large as the text.</param>
    /// <param name="text">Valid UTF-8.</param>
    /// <returns>Octets.</returns>
    public static int Write(Span<byte> room, ReadOnlySpan<byte> text)
    {
        var used = 0;
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAny(EscapedOctets);
            var run = plain < 0 ? text : text[..plain];
            run.CopyTo(room[used..]);
            used += run.Length;
            if (plain < 0)
                break;
            used += WriteEscape(room[used..], (char)text[plain]);
            text = text[(plain + 1)..];
        }
        return used;
    }

    /// <param name="text">Valid UTF-8.</param>
    /// <returns>Octets that <paramref name="text"/> takes.</returns>
    public static int LengthOf(ReadOnlySpan<byte> text)
    {
        Span<byte> escape = stackalloc byte[LongestEscape];
        var length = text.Length;
        for (int plain; (plain = text.IndexOfAny(EscapedOctets)) >= 0; text = text[(plain + 1)..])
            length += WriteEscape(escape, (char)text[plain]) - 1;
        return length;
    }

    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAny(Escaped);
            WritePlain(output, plain < 0 ? text : text[..plain]);
            if (plain < 0)
                return;
            output.Advance(WriteEscape(output.GetSpan(LongestEscape), text[plain]));
            text = text[(plain + 1)..];
        }
    }

    private static void WritePlain(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var piece = text[..Math.Min(text.Length, PieceSize)];
            if (piece.Length < text.Length && char.IsHighSurrogate(piece[^1]))
                piece = piece[..^1];
            Utf8.FromUtf16(piece, output.GetSpan(piece.Length * MostOctetsACharacter), out _, out var written);
            output.Advance(written);
            text = text[piece.Length..];
        }
    }

    /// <returns>Octets.</returns>
    private static int WriteEscape(Span<byte> room, char character)
    {
        var letter = character switch
        {
            '\n' => (byte)'n',
            '\r' => (byte)'r',
            '\t' => (byte)'t',
            '\b' => (byte)'b',
            '\f' => (byte)'f',
            '"' => (byte)'"',
            '\\' => (byte)'\\',
            _ => default,
        };
        room[0] = (byte)'\\';
        if (letter != 0)
        {
            room[1] = letter;
            return 2;
        }
        "u00"u8.CopyTo(room[1..]);
        room[4] = HexDigit(character >> 4);
        room[5] = HexDigit(character & 0xF);
        return LongestEscape;
    }

    private static byte HexDigit(int value) => (byte)"0123456789ABCDEF"[value];
}
