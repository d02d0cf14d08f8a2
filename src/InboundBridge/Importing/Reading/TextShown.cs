using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace InboundBridge.Importing.Reading;

/// <summary>
/// Text of an export on one line of a comment or a message: bounded, without anything that could end the line, and without the user and
/// password of a URL.
/// </summary>
internal static partial class TextShown
{
    private const int Longest = 200;

    public static string Of(string text)
    {
        var shown = new StringBuilder(Math.Min(text.Length, Longest) + 1);
        foreach (var rune in UserInfo().Replace(text, "…@").EnumerateRunes())
        {
            if (shown.Length >= Longest)
                return shown.Append('…').ToString();
            shown.Append(IsPrintable(rune) ? rune.ToString() : " ");
        }
        return shown.ToString().Trim();
    }

    /// <summary>YAML allows it in a file, it breaks no line, and it turns no text around.</summary>
    public static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate);

    [GeneratedRegex("(?<=://)[^/?#\\s\"']*@", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UserInfo();
}
