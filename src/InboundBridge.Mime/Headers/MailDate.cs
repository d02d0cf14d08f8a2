using System.Globalization;

namespace InboundBridge.Mime.Headers;

/// <summary>
/// Dates as found in the wild: RFC 5322 §3.3 with its obsolete forms, missing seconds, two-digit years, asctime and ISO 8601, names of months
/// in full, comments, zones by name.
/// </summary>
internal static class MailDate
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private static readonly Dictionary<string, int> Zones = new(StringComparer.OrdinalIgnoreCase)
    {
        // RFC 5322 §4.3; the military letters but Z mean nothing reliable.
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

    public static DateTimeOffset? Parse(string? text)
    {
        if (text is null || text.Length > 500)
            return null;
        text = CommentText.Remove(text).Trim();
        if (text.Length == 0)
            return null;
        var parts = new DateParts();
        foreach (var word in text.Split([' ', '\t', ',', ';'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Take(word, ref parts))
                break;
        }
        return parts.Build() ?? Iso(text);
    }

    private static DateTimeOffset? Iso(string text) =>
        text.Length > 4 && char.IsAsciiDigit(text[0])
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value) ? value : null;

    /// <summary>False where nothing behind this word counts.</summary>
    private static bool Take(string word, ref DateParts parts)
    {
        if (word.Contains(':', StringComparison.Ordinal) && char.IsAsciiDigit(word[0]))
            return TakeTime(word, ref parts);
        if (word[0] is '+' or '-' && parts.HasTime)
        {
            parts.Zone ??= ZoneOf(word);
            return true;
        }
        if (char.IsAsciiDigit(word[0]))
            return TakeNumber(word, ref parts);
        if (MonthOf(word) is { } month && parts.Month is null)
            parts.Month = month;
        else if (word.Equals("pm", StringComparison.OrdinalIgnoreCase) && parts.Hour < 12)
            parts.Hour += 12;
        else if (word.Equals("am", StringComparison.OrdinalIgnoreCase) && parts.Hour == 12)
            parts.Hour = 0;
        else if (parts.HasTime && Zones.TryGetValue(word.TrimEnd('.'), out var minutes))
            parts.Zone ??= minutes;
        else if (parts.HasTime && word.Length > 4 && word[3] is '+' or '-' && Zones.ContainsKey(word[..3]))
            parts.Zone ??= ZoneOf(word[3..]);
        return true;
    }

    private static bool TakeNumber(string word, ref DateParts parts)
    {
        // 12-Jan-2003, 2003-01-12
        if (word.Contains('-', StringComparison.Ordinal) || word.Contains('/', StringComparison.Ordinal))
            return TakeJoined(word, ref parts);
        var digits = word.TakeWhile(char.IsAsciiDigit).Count();
        if (digits > 4 || !int.TryParse(word.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return true;
        if (parts.Day is null && digits <= 2)
            parts.Day = number;
        else
            parts.Year ??= FullYear(number, digits);
        return true;
    }

    private static bool TakeJoined(string word, ref DateParts parts)
    {
        var pieces = word.Split('-', '/');
        if (pieces.Length != 3 || MonthOf(pieces[1]) is not { } month)
            return !(pieces.Length == 3 && pieces[0].Length == 4);
        parts.Month = month;
        return TakeNumber(pieces[0] + " ", ref parts) & TakeNumber(pieces[2].Length > 0 && char.IsAsciiDigit(pieces[2][0]) ? pieces[2] : "x", ref parts);
    }

    private static bool TakeTime(string word, ref DateParts parts)
    {
        var sign = word.IndexOfAny(['+', '-']);
        var clock = (sign < 0 ? word : word[..sign]).Split(':');
        if (clock.Length < 2 || !Number(clock[0], 24, out var hour) || !Number(clock[1], 59, out var minute))
            return true;
        var second = 0;
        if (clock.Length > 2)
            Number(new string([.. clock[2].TakeWhile(char.IsAsciiDigit)]), 60, out second);
        (parts.Hour, parts.Minute, parts.Second, parts.HasTime) = (hour, minute, second, true);
        if (sign > 0)
            parts.Zone ??= ZoneOf(word[sign..]);
        return true;
    }

    private static bool Number(string text, int most, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= most;

    /// <summary>Minutes east of Greenwich; null for what is no offset.</summary>
    private static int? ZoneOf(string word)
    {
        var digits = new string([.. word.Skip(1).Where(char.IsAsciiDigit)]);
        if (digits.Length is 1 or 2)
            digits = digits.PadLeft(2, '0') + "00";
        if (digits.Length == 3)
            digits = "0" + digits;
        if (digits.Length != 4)
            return null;
        var value = int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        var minutes = (value / 100 * 60) + (value % 100);
        return minutes > 14 * 60 ? 0 : word[0] == '-' ? -minutes : minutes;
    }

    private static int? MonthOf(string word)
    {
        if (word.Length < 3)
            return null;
        var index = Array.IndexOf(Months, word[..3].ToLowerInvariant());
        return index < 0 ? null : index + 1;
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
            if (Day is not { } day || Month is not { } month || Year is not { } year || year is < 1 or > 9998 || day < 1 || day > DateTime.DaysInMonth(year, month))
                return null;
            var local = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified).AddHours(Hour).AddMinutes(Minute).AddSeconds(Second);
            if (local.Year is < 2 or > 9997)
                return null;
            return new DateTimeOffset(local, TimeSpan.FromMinutes(Zone ?? 0));
        }
    }
}
