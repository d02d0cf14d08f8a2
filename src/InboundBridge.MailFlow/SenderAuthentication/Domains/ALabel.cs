using System.Globalization;
using System.Text;

namespace InboundBridge.MailFlow.SenderAuthentication.Domains;

/// <summary>
/// Tells A-labels from fake ones (RFC 5890 §2.3.1). A program that shows domains in their own script decodes whatever begins like an
/// A-label: <c>xn--bank-</c> becomes <c>bank</c>, which is somebody else's name.
/// </summary>
internal static class ALabel
{
    private const string Prefix = "xn--";

    /// <summary>RFC 1035 §2.3.4.</summary>
    private const int Longest = 63;

    /// <summary>False if a label begins like an A-label and is none. Other labels are not judged.</summary>
    /// <param name="name">Canonical (<see cref="DomainName.Canonical"/>).</param>
    public static bool AreHonest(ReadOnlySpan<char> name)
    {
        foreach (var range in name.Split('.'))
        {
            var label = name[range];
            if (label.StartsWith(Prefix, StringComparison.Ordinal) && !IsHonest(label[Prefix.Length..]))
                return false;
        }
        return true;
    }

    /// <summary>
    /// It decodes to letters that are shown, not all of them ASCII, and that no mapping turns into others (RFC 5891 §4.2, §5.4).
    /// </summary>
    private static bool IsHonest(ReadOnlySpan<char> encoded)
    {
        Span<int> points = stackalloc int[Longest];
        if (encoded.Length > Longest || Decode(encoded, points) is not (> 0 and var count))
            return false;
        var text = new StringBuilder(count);
        var (hasOther, hasLatin, hasJoiner) = (false, false, false);
        foreach (var point in points[..count])
        {
            if (!Rune.TryCreate(point, out var rune) || !IsShown(rune) || !IsStable(rune))
                return false;
            text.Append(rune.ToString());
            hasOther |= !rune.IsAscii;
            hasLatin |= rune.IsAscii && Rune.IsLetter(rune);
            hasJoiner |= IsJoiner(rune);
        }
        var label = text.ToString();
        // A mark at the beginning would be drawn on the dot or the @ before it (RFC 5891 §4.2.3.2).
        if (Rune.GetUnicodeCategory(new Rune(points[0])) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.EnclosingMark)
            return false;
        // Only scripts that need them have joiners (RFC 5892 appendix A). Between Latin letters nobody sees them.
        return hasOther && !(hasLatin && hasJoiner)
            && string.Equals(label.Normalize(NormalizationForm.FormKC), label, StringComparison.Ordinal);
    }

    private static bool IsJoiner(Rune rune) => rune.Value is 0x200C or 0x200D;

    /// <summary>
    /// Letters, marks and digits, as in IDNA2008 (RFC 5892 §2), and emoji, which some registries sell. Punctuation and other symbols are
    /// out: U+2044 looks like the slash at the end of a host name, U+3002 like a dot.
    /// </summary>
    private static bool IsShown(Rune rune) => IsJoiner(rune) || rune.Value is '-' or '_'
        || (!InvisibleRune.Is(rune) && (Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.DecimalDigitNumber => true,
            UnicodeCategory.OtherSymbol => IsPicture(rune.Value),
            // The skin colours of emoji.
            UnicodeCategory.ModifierSymbol => rune.Value is >= 0x1F3FB and <= 0x1F3FF,
            _ => false,
        }));

    /// <summary>Blocks with emoji, without the bars, circles and slashes among the symbols beside them.</summary>
    private static bool IsPicture(int point) => point is (>= 0x2190 and <= 0x21FF) or (>= 0x231A and <= 0x231B) or 0x2328
        or (>= 0x23E9 and <= 0x23FA) or (>= 0x25AA and <= 0x25AB) or 0x25B6 or 0x25C0 or 0x25FB or 0x25FC or (>= 0x2600 and <= 0x2757)
        or 0x2763 or 0x2764 or (>= 0x2795 and <= 0x27BF) or (>= 0x2B05 and <= 0x2B07) or 0x2B1B or 0x2B1C or 0x2B50 or 0x2B55
        or 0x1F004 or 0x1F0CF or (>= 0x1F1E6 and <= 0x1F1FF) or (>= 0x1F300 and <= 0x1F64F) or (>= 0x1F680 and <= 0x1F6FF)
        or (>= 0x1F7E0 and <= 0x1F7F0) or (>= 0x1F900 and <= 0x1F9FF) or (>= 0x1FA70 and <= 0x1FAFF);

    /// <summary>
    /// It is no capital letter, which would be mapped to a small one (RFC 5892 §2.2). Cherokee is folded the other way round: its older
    /// letters are the stable ones, to which the small letters of Unicode 8 are mapped.
    /// </summary>
    private static bool IsStable(Rune rune) => rune.Value switch
    {
        >= 0x13A0 and <= 0x13F5 => true,
        (>= 0x13F8 and <= 0x13FD) or (>= 0xAB70 and <= 0xABBF) => false,
        _ => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter),
    };

    /// <summary>Punycode (RFC 3492 §6.2).</summary>
    /// <returns>The number of code points; 0 for a text that is malformed.</returns>
    private static int Decode(ReadOnlySpan<char> encoded, Span<int> points)
    {
        var delimiter = encoded.LastIndexOf('-');
        var count = 0;
        for (; count < delimiter; count++)
            points[count] = encoded[count];
        var (point, index, bias) = (128L, 0L, 72);
        for (var at = delimiter + 1; at < encoded.Length; index++)
        {
            var before = index;
            var weight = 1L;
            for (var step = 36; ; step += 36)
            {
                if (at == encoded.Length || Digit(encoded[at++]) is not (>= 0 and var digit))
                    return 0;
                index += digit * weight;
                var threshold = Math.Clamp(step - bias, 1, 26);
                if (index > int.MaxValue)
                    return 0;
                if (digit < threshold)
                    break;
                weight *= 36 - threshold;
                if (weight > int.MaxValue)
                    return 0;
            }
            if (count == points.Length)
                return 0;
            count++;
            bias = Adapt(index - before, count, isFirst: before == 0);
            point += index / count;
            index %= count;
            if (point > 0x10FFFF)
                return 0;
            points[(int)index..(count - 1)].CopyTo(points[((int)index + 1)..]);
            points[(int)index] = (int)point;
        }
        return count;
    }

    private static int Adapt(long delta, int count, bool isFirst)
    {
        delta = isFirst ? delta / 700 : delta / 2;
        delta += delta / count;
        var bias = 0;
        for (; delta > 455; bias += 36)
            delta /= 35;
        return bias + (int)(36 * delta / (delta + 38));
    }

    private static int Digit(char character) => character switch
    {
        >= 'a' and <= 'z' => character - 'a',
        >= '0' and <= '9' => character - '0' + 26,
        _ => -1,
    };
}
