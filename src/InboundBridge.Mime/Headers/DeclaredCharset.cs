using System.Buffers;
using System.Text;

namespace InboundBridge.Mime.Headers;

/// <summary>
/// The charset that a Content-Type field declares, found in its octets, because the field itself may need that charset to be decoded.
/// </summary>
internal static class DeclaredCharset
{
    private static readonly SearchValues<byte> ValueEnds = SearchValues.Create("\"'; \t\r\n>/"u8);

    private const int Longest = 60;

    public static string? Of(ReadOnlySpan<byte> contentType)
    {
        for (var rest = contentType; Find(rest) is >= 0 and var at;)
        {
            rest = rest[(at + "charset"u8.Length)..];
            var value = rest.TrimStart(" \t\r\n"u8);
            if (value.IsEmpty || value[0] != '=')
                continue;
            value = value[1..].TrimStart(" \t\r\n\"'"u8);
            var end = value.IndexOfAny(ValueEnds);
            value = end < 0 ? value : value[..end];
            return value.IsEmpty || value.Length > Longest || !Ascii.IsValid(value) ? null : Encoding.ASCII.GetString(value);
        }
        return null;
    }

    private static int Find(ReadOnlySpan<byte> text)
    {
        for (var index = 0; index + 7 <= text.Length; index++)
        {
            if ((text[index] | 0x20) == 'c' && Ascii.EqualsIgnoreCase(text.Slice(index, 7), "charset"u8))
                return index;
        }
        return -1;
    }
}
