using System.Buffers;

namespace InboundBridge.Mime.Encodings;

/// <summary>The B and Q encodings of RFC 2047 and the percent encoding of RFC 2231; text that can't be decoded is left unchanged.</summary>
internal static class WordEncodings
{
    public static void DecodeQ(ReadOnlySpan<char> text, IBufferWriter<byte> to)
    {
        for (var index = 0; index < text.Length; index++)
        {
            var character = text[index];
            if (character == '=' && index + 2 < text.Length && Hex(text[index + 1]) is >= 0 and var high
                && Hex(text[index + 2]) is >= 0 and var low)
            {
                Put(to, (byte)((high << 4) | low));
                index += 2;
            }
            else
            {
                PutCharacter(to, character == '_' ? ' ' : character);
            }
        }
    }

    public static void DecodePercent(ReadOnlySpan<char> text, IBufferWriter<byte> to)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '%' && index + 2 < text.Length && Hex(text[index + 1]) is >= 0 and var high
                && Hex(text[index + 2]) is >= 0 and var low)
            {
                Put(to, (byte)((high << 4) | low));
                index += 2;
            }
            else
            {
                PutCharacter(to, text[index]);
            }
        }
    }

    public static void DecodeBase64(ReadOnlySpan<char> text, IBufferWriter<byte> to)
    {
        var held = 0;
        var bits = 0;
        foreach (var character in text)
        {
            if (character == '=')
            {
                // Padding in the middle: the sender concatenated two encoded texts.
                bits = 0;
                continue;
            }
            var value = Base64Decoder.Value(character);
            if (value < 0)
                continue;
            held = ((held << 6) | value) & 0xffffff;
            bits += 6;
            if (bits < 8)
                continue;
            bits -= 8;
            Put(to, (byte)(held >> bits));
        }
    }

    private static void PutCharacter(IBufferWriter<byte> to, char character)
    {
        if (character < 0x80)
        {
            Put(to, (byte)character);
            return;
        }
        Span<byte> octets = stackalloc byte[4];
        var count = System.Text.Encoding.UTF8.GetBytes([character], octets);
        to.Write(octets[..count]);
    }

    private static void Put(IBufferWriter<byte> to, byte octet)
    {
        to.GetSpan(1)[0] = octet;
        to.Advance(1);
    }

    internal static int Hex(char character) => character switch
    {
        >= '0' and <= '9' => character - '0',
        >= 'A' and <= 'F' => character - 'A' + 10,
        >= 'a' and <= 'f' => character - 'a' + 10,
        _ => -1,
    };
}
