using System.Globalization;

namespace InboundBridge.Mime.Calendar;

/// <summary>DATE, DATE-TIME and DURATION values (RFC 5545 §3.3).</summary>
internal static class CalendarTimes
{
    private static readonly string[] Forms = ["yyyyMMdd'T'HHmmss", "yyyyMMdd'T'HHmm"];

    public static CalendarTime? Read(CalendarLine? line)
    {
        if (line is null)
            return null;
        var value = line.Value.Trim();
        if (value.Length is 0 or > 40)
            return null;
        if (DateTime.TryParseExact(value, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            return new CalendarTime(value, null, true, null);
        var isUtc = value.EndsWith('Z');
        if (!DateTime.TryParseExact(value.TrimEnd('Z'), Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return null;
        if (isUtc)
            return new CalendarTime(value, "UTC", false, new DateTimeOffset(local, TimeSpan.Zero));
        var zone = line.Parameters.GetValueOrDefault("TZID");
        return new CalendarTime(value, zone, false, Instant(local, zone));
    }

    /// <summary>
    /// The end that follows from a start and a DURATION (RFC 5545 §3.3.6). Weeks and days count by the calendar, so that the time of day
    /// stays the same over a change of the clocks; hours, minutes and seconds count exactly. Null where no event can have this duration.
    /// </summary>
    public static CalendarTime? Plus(CalendarTime? start, string? duration)
    {
        if (start is null || CalendarDuration.Parse(duration) is not { IsNegative: false } length)
            return null;
        try
        {
            if (start.IsDate)
                return Day(start.Value, length.Days + (int)Math.Ceiling(length.Time.TotalDays));
            var local = Local(start.Value).AddDays(length.Days);
            if (start.Instant is null)
                return new CalendarTime(Written(local + length.Time), start.Zone, false, null);
            var end = (start.Zone == "UTC" ? new DateTimeOffset(local, TimeSpan.Zero)
                : Instant(local, start.Zone))?.ToUniversalTime() + length.Time;
            return end is null ? null
                : new CalendarTime(end.Value.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture), "UTC", false, end);
        }
        catch (ArgumentOutOfRangeException)
        {
            // After the year 9999.
            return null;
        }
    }

    /// <summary>RFC 5545 §3.6.1: an event with neither end nor duration lasts the whole day, or no time at all.</summary>
    public static CalendarTime? Implied(CalendarTime? start) => start is not { IsDate: true } ? start : Day(start.Value, 1);

    private static CalendarTime? Day(string value, int days) =>
        DateTime.ParseExact(value, "yyyyMMdd", CultureInfo.InvariantCulture) is var first
            && days <= (DateTime.MaxValue.Date - first).TotalDays
            ? new CalendarTime(first.AddDays(days).ToString("yyyyMMdd", CultureInfo.InvariantCulture), null, true, null) : null;

    private static DateTime Local(string value) =>
        DateTime.ParseExact(value.TrimEnd('Z'), Forms, CultureInfo.InvariantCulture, DateTimeStyles.None);

    private static string Written(DateTime local) => local.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);

    private static DateTimeOffset? Instant(DateTime local, string? zone)
    {
        if (zone is null || zone.Length > 100)
            return null;
        // "/freeassociation.sourceforge.net/Europe/Berlin": vendors put a path before the zone.
        var name = zone.Split('/') is { Length: > 2 } pieces && zone.StartsWith('/') ? string.Join('/', pieces[^2..]) : zone;
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found))
            return null;
        if (local.Year is < 2 or > 9997)
            return null;
        // RFC 5545 §3.3.5: of a time that occurs twice, the first counts; a time that
        // the clocks skip is read with the offset before the gap.
        return new DateTimeOffset(local, found.IsAmbiguousTime(local) ? found.GetAmbiguousTimeOffsets(local).Max()
            : found.GetUtcOffset(local));
    }
}
