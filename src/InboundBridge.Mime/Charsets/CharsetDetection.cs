using System.Text;

namespace InboundBridge.Mime.Charsets;

/// <summary>A guess at the charset of octets that are not valid UTF-8 and for which none, or a wrong one, was declared.</summary>
internal static class CharsetDetection
{
    public static Encoding Guess(ReadOnlySpan<byte> octets) => CharsetNames.Windows1252;
}
