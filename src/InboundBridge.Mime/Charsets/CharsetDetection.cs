using System.Text;

namespace InboundBridge.Mime.Charsets;

/// <summary>
/// A guess at the charset of octets that are not valid UTF-8 and for which none, or a wrong one, was declared: first the multi-byte
/// charsets by their structure, then the single-byte ones by which letters would stand next to each other.
/// </summary>
internal static class CharsetDetection
{
    private const int Sample = 16 * 1024;

    public static Encoding Guess(ReadOnlySpan<byte> octets)
    {
        var sample = octets[..Math.Min(octets.Length, Sample)];
        return WideCharsets.Guess(sample) ?? NarrowCharsets.Guess(sample);
    }
}
