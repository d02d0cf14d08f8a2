using System.Text;

namespace InboundBridge.Mime.Charsets;

/// <summary>Text of octets that nobody declared a charset for.</summary>
internal static class RawText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    public static string Decode(ReadOnlySpan<byte> octets)
    {
        if (Ascii.IsValid(octets))
            return Encoding.ASCII.GetString(octets);
        if (System.Text.Unicode.Utf8.IsValid(octets))
            return StrictUtf8.GetString(octets);
        return CharsetDetection.Guess(octets).GetString(octets);
    }
}
