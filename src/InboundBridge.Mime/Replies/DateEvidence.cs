namespace InboundBridge.Mime.Replies;

/// <summary>Whether a line names a point in time, in any language: a year, a day in digits, or a time of day.</summary>
internal static class DateEvidence
{
    public static bool Has(ReadOnlySpan<char> text) => HasYear(text) || HasTime(text) || HasNumericDay(text);

    /// <summary>True with both a day and a time of day, as the introduction of a quote has them.</summary>
    public static bool HasDayAndTime(ReadOnlySpan<char> text) => HasTime(text) && (HasYear(text) || HasNumericDay(text));

    /// <summary>19xx or 20xx, or a year of the Thai calendar, with no digit beside it.</summary>
    public static bool HasYear(ReadOnlySpan<char> text)
    {
        var digits = 0;
        for (var index = 0; index <= text.Length; index++)
        {
            if (index < text.Length && char.IsAsciiDigit(text[index]))
            {
                digits++;
                continue;
            }
            if (digits == 4 && text[index - 4] is '1' or '2' && text[index - 3] is '9' or '0' or '5')
                return true;
            digits = 0;
        }
        return false;
    }

    /// <summary>"10:00", "10.00" with no other digits before it, "9h12".</summary>
    private static bool HasTime(ReadOnlySpan<char> text)
    {
        for (var index = 1; index + 2 < text.Length; index++)
        {
            if (text[index] is ':' or 'h' or '.' && char.IsAsciiDigit(text[index - 1]) && char.IsAsciiDigit(text[index + 1])
                && char.IsAsciiDigit(text[index + 2])
                && (text[index] != '.' || IsDottedTime(text, index)))
                return true;
        }
        return false;
    }

    /// <summary>Finnish and Danish write "klo 9.12"; "2.11.2026" is not a time.</summary>
    private static bool IsDottedTime(ReadOnlySpan<char> text, int dot)
    {
        var start = dot - 1;
        while (start > 0 && char.IsAsciiDigit(text[start - 1]))
            start--;
        var isAlone = dot + 3 >= text.Length || (!char.IsAsciiDigit(text[dot + 3]) && text[dot + 3] != '.');
        return isAlone && (start == 0 || text[start - 1] is not ('.' or ','));
    }

    /// <summary>"2.11.", "11/2/", "02-11-".</summary>
    private static bool HasNumericDay(ReadOnlySpan<char> text)
    {
        var (digits, separators) = (0, 0);
        foreach (var character in text)
        {
            if (char.IsAsciiDigit(character))
            {
                digits++;
                continue;
            }
            if (digits is 1 or 2 or 4 && character is '.' or '/' or '-')
                separators++;
            else if (character != ' ' || digits > 0)
                separators = 0;
            if (separators == 2)
                return true;
            digits = 0;
        }
        return false;
    }
}
