using System.Globalization;
using System.Text;

namespace InboundBridge.MailFlow.SenderAuthentication.Domains;

/// <summary>Characters that leave no mark on the screen: a name with them looks like the name without them.</summary>
internal static class InvisibleRune
{
    /// <summary>Format characters are not shown, or change the direction of the text.</summary>
    public static bool Is(Rune rune) => IsIgnorable(rune) || IsBlank(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Control or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate;

    /// <summary>
    /// Default_Ignorable_Code_Point (Unicode, DerivedCoreProperties.txt): programs leave these out, whether they are letters, marks or not
    /// assigned yet.
    /// </summary>
    private static bool IsIgnorable(Rune rune) => rune.Value is 0x00AD or 0x034F or 0x061C or 0x115F or 0x1160 or 0x17B4 or 0x17B5
        or (>= 0x180B and <= 0x180F) or (>= 0x200B and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x2060 and <= 0x206F) or 0x3164
        or (>= 0xFE00 and <= 0xFE0F) or 0xFEFF or 0xFFA0 or (>= 0xFFF0 and <= 0xFFF8) or (>= 0x1BCA0 and <= 0x1BCA3)
        or (>= 0x1D173 and <= 0x1D17A) or (>= 0xE0000 and <= 0xE0FFF);

    /// <summary>Letters and symbols that are blank: Braille, a note without a head, a Khitan filler, Egyptian blanks.</summary>
    private static bool IsBlank(Rune rune) => rune.Value is 0x2800 or 0x1D159 or 0x16FE4 or 0x13441 or 0x13442;
}
