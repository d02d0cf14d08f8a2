using System.Globalization;
using System.Text;

namespace InboundBridge.Smtp.Protocol;

/// <summary>
/// Which characters of what a peer says may go on to logs, header fields, the API and terminals. Not: controls (C1 too: U+009B begins a terminal's escape
/// sequence as ESC [ does), line and paragraph separators, what turns the direction of writing or can't be seen, and what is no character at all.
/// </summary>
public static class PeerText
{
    /// <summary>UTF-8 without such characters.</summary>
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

    /// <summary>The text with a question mark for each such character.</summary>
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
        // The two joiners are letters' business in Persian and Indic scripts (RFC 5892 appendix A).
        UnicodeCategory.Format => rune.Value is not (0x200C or 0x200D),
        UnicodeCategory.OtherNotAssigned => IsNeverShown(rune.Value),
        _ => false,
    };

    /// <summary>Noncharacters, and what Unicode keeps for further characters that can't be seen (Default_Ignorable_Code_Point).</summary>
    private static bool IsNeverShown(int code) =>
        (code & 0xFFFE) == 0xFFFE || code is 0x2065 or (>= 0xFDD0 and <= 0xFDEF) or (>= 0xFFF0 and <= 0xFFF8) or (>= 0xE0000 and <= 0xE0FFF);
}
