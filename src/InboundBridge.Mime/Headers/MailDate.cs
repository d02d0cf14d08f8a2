using System.Buffers;
using System.Globalization;

namespace InboundBridge.Mime.Headers;

/// <summary>
/// Reads dates as found in the wild: RFC 5322 §3.3 with its obsolete forms, missing seconds, two-digit years, asctime and ISO 8601, names
/// of months in full, comments, zones by name.
/// </summary>
internal static class MailDate
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private static readonly Dictionary<string, int> Zones = new(StringComparer.OrdinalIgnoreCase)
    {
        // RFC 5322 §4.3; the military letters except Z are unreliable.
        ["ut"] = 0,
        ["utc"] = 0,
        ["gmt"] = 0,
        ["z"] = 0,
        ["wet"] = 0,
        ["est"] = -300,
        ["edt"] = -240,
        ["cst"] = -360,
        ["cdt"] = -300,
        ["mst"] = -420,
        ["mdt"] = -360,
        ["pst"] = -480,
        ["pdt"] = -420,
        ["bst"] = 60,
        ["cet"] = 60,
        ["met"] = 60,
        ["mez"] = 60,
        ["cest"] = 120,
        ["mest"] = 120,
        ["mesz"] = 120,
        ["eet"] = 120,
        ["eest"] = 180,
        ["msk"] = 180,
        ["jst"] = 540,
        ["hkt"] = 480,
    };

    private static readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> ZoneNames =
        Zones.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly SearchValues<char> Separators = SearchValues.Create(" \t,;");

    /// <param name="raw">The field's value.</param>
    public static DateTimeOffset? Parse(ReadOnlySpan<byte> raw) => UsualDate.Read(raw) ?? Parse(HeaderText.Unfold(raw));

    public static DateTimeOffset? Parse(string? text)
    {
        if (text is null || text.Length > 500)
            return null;
        text = CommentText.Remove(text).Trim();
        if (text.Length == 0)
            return null;
        var parts = new DateParts();
        foreach (var range in text.AsSpan().SplitAny(Separators))
        {
            var word = text.AsSpan()[range];
            if (!word.IsEmpty && !Take(word, ref parts))
                break;
        }
        return parts.Build() ?? Iso(text);
    }

    private static DateTimeOffset? Iso(string text) =>
        text.Length > 4 && char.IsAsciiDigit(text[0])
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value) ? value : null;

    /// <summary>False where nothing after this word counts.</summary>
    private static bool Take(ReadOnlySpan<char> word, ref DateParts parts)
    {
        if (char.IsAsciiDigit(word[0]))
            return word.Contains(':') ? TakeTime(word, ref parts) : TakeNumber(word, ref parts);
        if (word[0] is '+' or '-' && parts.HasTime)
        {
            parts.Zone ??= ZoneOf(word);
            return true;
        }
        if (MonthOf(word) is { } month && parts.Month is null)
            parts.Month = month;
        else if (word.Equals("pm", StringComparison.OrdinalIgnoreCase) && parts.Hour < 12)
            parts.Hour += 12;
        else if (word.Equals("am", StringComparison.OrdinalIgnoreCase) && parts.Hour == 12)
            parts.Hour = 0;
        else if (parts.HasTime && ZoneNames.TryGetValue(word.TrimEnd('.'), out var minutes))
            parts.Zone ??= minutes;
        else if (parts.HasTime && word.Length > 4 && word[3] is '+' or '-' && ZoneNames.ContainsKey(word[..3]))
            parts.Zone ??= ZoneOf(word[3..]);
        return true;
    }

    private static bool TakeNumber(ReadOnlySpan<char> word, ref DateParts parts)
    {
        // 12-Jan-2003, 2003-01-12
        if (word.ContainsAny('-', '/'))
            return TakeJoined(word, ref parts);
        var digits = Digits(word);
        if (digits > 4 || !int.TryParse(word[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return true;
        if (parts.Day is null && digits <= 2)
            parts.Day = number;
        else
            parts.Year ??= FullYear(number, digits);
        return true;
    }

    private static bool TakeJoined(ReadOnlySpan<char> word, ref DateParts parts)
    {
        Span<Range> pieces = stackalloc Range[4];
        if (word.SplitAny(pieces, "-/") != 3)
            return true;
        if (MonthOf(word[pieces[1]]) is not { } month)
            return word[pieces[0]].Length != 4;
        parts.Month = month;
        var last = word[pieces[2]];
        return TakeNumber(word[pieces[0]], ref parts) & TakeNumber(!last.IsEmpty && char.IsAsciiDigit(last[0]) ? last : "x", ref parts);
    }

    private static bool TakeTime(ReadOnlySpan<char> word, ref DateParts parts)
    {
        var sign = word.IndexOfAny('+', '-');
        var clock = sign < 0 ? word : word[..sign];
        Span<Range> pieces = stackalloc Range[4];
        var count = clock.Split(pieces, ':');
        if (count < 2 || !Number(clock[pieces[0]], 24, out var hour) || !Number(clock[pieces[1]], 59, out var minute))
            return true;
        var second = 0;
        if (count > 2)
            Number(clock[pieces[2]][..Digits(clock[pieces[2]])], 60, out second);
        (parts.Hour, parts.Minute, parts.Second, parts.HasTime) = (hour, minute, second, true);
        if (sign > 0)
            parts.Zone ??= ZoneOf(word[sign..]);
        return true;
    }

    private static int Digits(ReadOnlySpan<char> word) => word.IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : word.Length;

    private static bool Number(ReadOnlySpan<char> text, int most, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= most;

    /// <summary>Minutes east of Greenwich; null where the text is not an offset.</summary>
    private static int? ZoneOf(ReadOnlySpan<char> word)
    {
        var (digits, value) = (0, 0);
        foreach (var letter in word[1..])
        {
            if (!char.IsAsciiDigit(letter))
                continue;
            value = (value * 10) + (letter - '0');
            if (++digits > 4)
                return null;
        }
        if (digits == 0)
            return null;
        // Hours only.
        if (digits <= 2)
            value *= 100;
        var minutes = (value / 100 * 60) + (value % 100);
        return minutes > 14 * 60 ? 0 : word[0] == '-' ? -minutes : minutes;
    }

    private static int? MonthOf(ReadOnlySpan<char> word)
    {
        if (word.Length < 3)
            return null;
        for (var month = 0; month < Months.Length; month++)
        {
            if (word[..3].Equals(Months[month], StringComparison.OrdinalIgnoreCase))
                return month + 1;
        }
        return null;
    }

    // RFC 5322 §4.3
    private static int FullYear(int number, int digits) => digits switch
    {
        <= 2 => number < 50 ? 2000 + number : 1900 + number,
        3 => 1900 + number,
        _ => number,
    };

    private struct DateParts
    {
        public int? Day;
        public int? Month;
        public int? Year;
        public int Hour;
        public int Minute;
        public int Second;
        public bool HasTime;
        public int? Zone;

        public readonly DateTimeOffset? Build()
        {
            if (Day is not { } day || Month is not { } month || Year is not { } year || year is < 1 or > 9998 || day < 1
                || day > DateTime.DaysInMonth(year, month))
                return null;
            var local =
                new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified).AddHours(Hour).AddMinutes(Minute).AddSeconds(Second);
            if (local.Year is < 2 or > 9997)
                return null;
            return new DateTimeOffset(local, TimeSpan.FromMinutes(Zone ?? 0));
        }
    }
}
