using System.Text;

namespace InboundBridge.Mime.Charsets;

/// <summary>Decodes octets without a declared charset.</summary>
internal static class RawText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    /// <param name="octets">Octets without a declared charset, or with one that they contradict.</param>
    /// <param name="declared">The charset that the mail declares elsewhere; used where all octets are text in it.</param>
    public static string Decode(ReadOnlySpan<byte> octets, string? declared = null)
    {
        if (Ascii.IsValid(octets))
            return CharsetText.LooksJapanese(octets)
                && CharsetText.Japanese is { } japanese ? japanese.GetString(octets) : Encoding.ASCII.GetString(octets);
        if (System.Text.Unicode.Utf8.IsValid(octets))
            return StrictUtf8.GetString(octets);
        return declared is not null
            && CharsetText.DecodeStrictly(octets, declared) is { } text ? text : CharsetDetection.Guess(octets).GetString(octets);
    }
}
