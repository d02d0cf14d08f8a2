using System.Text;

namespace InboundBridge.Mime.Charsets;

/// <summary>UTF-7 (RFC 2152), decoding only; .NET no longer has it.</summary>
internal sealed class Utf7Encoding : Encoding
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    public static Utf7Encoding Instance { get; } = new();

    public override string EncodingName => "utf-7";

    public override int GetMaxByteCount(int charCount) => charCount * 8;

    public override int GetMaxCharCount(int byteCount) => byteCount;

    public override int GetByteCount(char[] chars, int index, int count) => throw new NotSupportedException("UTF-7 is only read");

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        throw new NotSupportedException("UTF-7 is only read");

    public override int GetCharCount(byte[] bytes, int index, int count) => Decode(bytes.AsSpan(index, count), []);

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        Decode(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex));

    /// <summary>Counts only where <paramref name="to"/> is empty.</summary>
    private static int Decode(ReadOnlySpan<byte> from, Span<char> to)
    {
        var written = 0;
        var counting = to.IsEmpty;
        for (var index = 0; index < from.Length; index++)
        {
            if (from[index] != '+')
            {
                if (!counting)
                    to[written] = (char)from[index];
                written++;
                continue;
            }
            var bits = 0;
            var held = 0;
            var start = ++index;
            for (; index < from.Length; index++)
            {
                var value = Alphabet.IndexOf((char)from[index], StringComparison.Ordinal);
                if (value < 0)
                    break;
                held = ((held << 6) | value) & 0x3fffff;
                bits += 6;
                if (bits < 16)
                    continue;
                bits -= 16;
                if (!counting)
                    to[written] = (char)((held >> bits) & 0xffff);
                written++;
            }
            if (index == start && index < from.Length && from[index] == '-')
            {
                if (!counting)
                    to[written] = '+';
                written++;
            }
            else if (index >= from.Length || from[index] != '-')
            {
                index--;
            }
        }
        return written;
    }
}
