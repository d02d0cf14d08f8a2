namespace InboundBridge.Mime.Calendar;

/// <summary>A DURATION (RFC 5545 §3.3.6): weeks and days count by the calendar, the rest is exact time.</summary>
internal readonly record struct CalendarDuration(bool IsNegative, int Days, TimeSpan Time)
{
    private const int Longest = 40;

    /// <summary>A number with more digits is not a real duration.</summary>
    private const int MostDigits = 8;

    /// <summary>
    /// <c>P15DT5H0M20S</c>, <c>P7W</c>, <c>-PT15M</c>; also with units left out or
    /// mixed, which the grammar forbids. Null for anything else.
    /// </summary>
    public static CalendarDuration? Parse(string? text)
    {
        var rest = (text ?? "").AsSpan().Trim();
        if (rest.Length is < 3 or > Longest)
            return null;
        var isNegative = rest[0] == '-';
        rest = rest.TrimStart("+-");
        if (rest.IsEmpty || (rest[0] | 0x20) != 'p')
            return null;
        rest = rest[1..];
        var (days, seconds, inTime, units) = (0L, 0L, false, 0);
        while (!rest.IsEmpty)
        {
            if ((rest[0] | 0x20) == 't' && !inTime)
            {
                inTime = true;
                rest = rest[1..];
                continue;
            }
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > MostDigits)
                return null;
            var number = long.Parse(rest[..digits], System.Globalization.CultureInfo.InvariantCulture);
            var unit = (char)(rest[digits] | 0x20);
            if (inTime ? unit is not ('h' or 'm' or 's') : unit is not ('w' or 'd'))
                return null;
            days += unit switch { 'w' => number * 7, 'd' => number, _ => 0 };
            seconds += unit switch { 'h' => number * 3600, 'm' => number * 60, 's' => number, _ => 0 };
            units++;
            rest = rest[(digits + 1)..];
        }
        return units == 0 || days > 4_000_000 ? null : new CalendarDuration(isNegative && (days > 0
            || seconds > 0), (int)days, TimeSpan.FromSeconds(seconds));
    }
}
