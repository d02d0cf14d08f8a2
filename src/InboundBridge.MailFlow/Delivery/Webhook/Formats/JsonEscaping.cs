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

    /// <summary>A character of the BMP takes up to three octets; a surrogate pair four.</summary>
    private const int MostOctetsACharacter = 3;

    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (char)code), '"', '\\', '\x7f']);

    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAny(Escaped);
            WritePlain(output, plain < 0 ? text : text[..plain]);
            if (plain < 0)
                return;
            WriteEscape(output, text[plain]);
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

    private static void WriteEscape(IBufferWriter<byte> output, char character)
    {
        var escape = character switch
        {
            '\n' => @"\n"u8,
            '\r' => @"\r"u8,
            '\t' => @"\t"u8,
            '\b' => @"\b"u8,
            '\f' => @"\f"u8,
            '"' => "\\\""u8,
            '\\' => @"\\"u8,
            _ => [],
        };
        if (!escape.IsEmpty)
        {
            output.Write(escape);
            return;
        }
        var span = output.GetSpan(6);
        @"\u00"u8.CopyTo(span);
        span[4] = HexDigit(character >> 4);
        span[5] = HexDigit(character & 0xF);
        output.Advance(6);
    }

    private static byte HexDigit(int value) => (byte)"0123456789ABCDEF"[value];
}
