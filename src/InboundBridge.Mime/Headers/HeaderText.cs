using System.Buffers;
using System.Text;
using InboundBridge.Mime.Charsets;

namespace InboundBridge.Mime.Headers;

/// <summary>
/// Turns the octets of a field's value into text: unfolding (RFC 5322 §2.2.3), raw 8-bit (RFC 6532), encoded words (RFC 2047).
/// </summary>
internal static class HeaderText
{
    private static readonly SearchValues<byte> PlainOctets =
        SearchValues.Create([.. Enumerable.Range(32, 95).Select(octet => (byte)octet)]);

    /// <param name="block">The block of the field: raw 8-bit octets are probably in the charset of its mail.</param>
    public static string Decode(ReadOnlySpan<byte> raw, HeaderBlock? block = null)
    {
        raw = TrimEnds(raw);
        if (raw.IndexOf("=?"u8) < 0)
            return Unfold(raw, block);
        return EncodedWords.Decode(Unfold(raw, block));
    }

    /// <summary>Text without line ends; the white space of a fold becomes one space.</summary>
    /// <param name="block">The block of the field.</param>
    public static string Unfold(ReadOnlySpan<byte> raw, HeaderBlock? block = null)
    {
        raw = TrimEnds(raw);
        if (raw.IndexOfAnyExcept(PlainOctets) < 0)
            return Encoding.Latin1.GetString(raw);
        if (raw.IndexOfAny((byte)'\r', (byte)'\n') < 0)
            return Clean(Text(raw, block));
        var rented = ArrayPool<byte>.Shared.Rent(raw.Length);
        var count = 0;
        while (!raw.IsEmpty)
        {
            var lineEnd = raw.IndexOfAny((byte)'\r', (byte)'\n');
            var piece = lineEnd < 0 ? raw : raw[..lineEnd];
            piece.CopyTo(rented.AsSpan(count));
            count += piece.Length;
            if (lineEnd < 0)
                break;
            raw = raw[lineEnd..];
            var next = raw.IndexOfAnyExcept(" \t\r\n"u8);
            raw = next < 0 ? [] : raw[next..];
            rented[count++] = (byte)' ';
        }
        var text = Text(rented.AsSpan(0, count), block);
        ArrayPool<byte>.Shared.Return(rented);
        return Clean(text);
    }

    /// <summary><see cref="Decode"/> without a string: true where the octets are printable ASCII with nothing to decode.</summary>
    /// <param name="room">Receives the text where it is folded.</param>
    public static bool TryGetPlain(ReadOnlySpan<byte> raw, Span<byte> room, out ReadOnlySpan<byte> text)
    {
        text = raw = TrimEnds(raw);
        var fold = raw.IndexOfAnyExcept(PlainOctets);
        if (raw.IndexOf("=?"u8) >= 0 || (fold >= 0 && raw.Length > room.Length))
            return false;
        if (fold < 0)
            return true;
        var count = 0;
        for (; fold >= 0; fold = raw.IndexOfAnyExcept(PlainOctets))
        {
            if (raw[fold] is not ((byte)'\r' or (byte)'\n'))
                return false;
            raw[..fold].CopyTo(room[count..]);
            count += fold;
            room[count++] = (byte)' ';
            raw = raw[fold..].TrimStart(" \t\r\n"u8);
        }
        raw.CopyTo(room[count..]);
        text = room[..(count + raw.Length)];
        return true;
    }

    /// <summary>Valid UTF-8 needs no declared charset; only other octets are decoded with the declared one.</summary>
    private static string Text(ReadOnlySpan<byte> octets, HeaderBlock? block) =>
        RawText.Decode(octets, block is null || System.Text.Unicode.Utf8.IsValid(octets) ? null : block.FindCharset());

    private static ReadOnlySpan<byte> TrimEnds(ReadOnlySpan<byte> raw) => raw.Trim(" \t\r\n"u8);

    /// <summary>NUL and other control characters have no meaning in a value and break programs that store it.</summary>
    private static string Clean(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0)
            return text;
        return string.Create(text.Length, text, static (to, from) =>
        {
            for (var index = 0; index < from.Length; index++)
                to[index] = from[index] < ' ' && from[index] != '\x1b' ? ' ' : from[index];
        });
    }
}
