using System.Globalization;
using System.Text;

namespace InboundBridge.Smtp.Protocol;

/// <summary>
/// Decides which characters from a peer may reach logs, header fields, the API and terminals. Excluded are control characters (C1 too,
/// because U+009B begins a terminal escape sequence like ESC [), line and paragraph separators, bidirectional controls, invisible
/// characters and noncharacters.
/// </summary>
public static class PeerText
{
    /// <summary>The octets are UTF-8 without excluded characters.</summary>
    public static bool IsClean(ReadOnlySpan<byte> octets)
    {
        if (Ascii.IsValid(octets))
            return !octets.ContainsAnyInRange((byte)0, (byte)0x1F) && !octets.Contains((byte)0x7F);
        while (!octets.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(octets, out var rune, out var length) != System.Buffers.OperationStatus.Done || IsHarmful(rune))
                return false;
            octets = octets[length..];
        }
        return true;
    }

    public static bool IsClean(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var length) != System.Buffers.OperationStatus.Done || IsHarmful(rune))
                return false;
            text = text[length..];
        }
        return true;
    }

    /// <summary>Replaces each excluded character by a question mark.</summary>
    public static string Clean(string text)
    {
        if (IsClean(text))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(IsHarmful(rune) ? "?" : rune.ToString());
        return clean.ToString();
    }

    internal static bool IsHarmful(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        // Persian and Indic scripts need the two joiners (RFC 5892 appendix A).
        UnicodeCategory.Format => rune.Value is not (0x200C or 0x200D),
        UnicodeCategory.OtherNotAssigned => IsNeverShown(rune.Value),
        _ => false,
    };

    /// <summary>
    /// Noncharacters, and code points that Unicode reserves for further invisible characters (Default_Ignorable_Code_Point).
    /// </summary>
    private static bool IsNeverShown(int code) =>
        (code & 0xFFFE) == 0xFFFE
            || code is 0x2065 or (>= 0xFDD0 and <= 0xFDEF) or (>= 0xFFF0 and <= 0xFFF8) or (>= 0xE0000 and <= 0xE0FFF);
}
