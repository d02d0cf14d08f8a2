using System.Globalization;
using System.Text;

namespace InboundBridge.MailFlow.Bounces;

/// <summary>
/// Replaces what a reply of another server must not bring into a bounce: control characters, which could end a line, and characters that
/// are not seen or turn the direction of others.
/// </summary>
internal static class ShownText
{
    public static string Clean(string text)
    {
        if (IsClean(text))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(IsShown(rune) ? rune.ToString() : "?");
        return clean.ToString();
    }

    public static bool IsClean(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAnyExceptInRange(' ', '~'))
            return true;
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var length) != System.Buffers.OperationStatus.Done || !IsShown(rune))
                return false;
            text = text[length..];
        }
        return true;
    }

    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
}
