using System.Globalization;
using System.Xml;

namespace InboundBridge.Mime.Calendar;

/// <summary>DATE, DATE-TIME and DURATION values (RFC 5545 §3.3).</summary>
internal static class CalendarTimes
{
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
        if (!DateTime.TryParseExact(value.TrimEnd('Z'), ["yyyyMMdd'T'HHmmss", "yyyyMMdd'T'HHmm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return null;
        if (isUtc)
            return new CalendarTime(value, "UTC", false, new DateTimeOffset(local, TimeSpan.Zero));
        var zone = line.Parameters.GetValueOrDefault("TZID");
        return new CalendarTime(value, zone, false, Instant(local, zone));
    }

    public static CalendarTime? Plus(CalendarTime? start, string? duration)
    {
        if (start is null || duration is null || duration.Length > 40)
            return null;
        try
        {
            var length = XmlConvert.ToTimeSpan(Weeks(duration.Trim()));
            var instant = start.Instant?.ToUniversalTime() + length;
            return instant is null ? null : new CalendarTime(instant.Value.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture), "UTC", false, instant);
        }
        catch (FormatException)
        {
            return null;
        }
        catch (OverflowException)
        {
            return null;
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>XML durations know no weeks.</summary>
    private static string Weeks(string duration) =>
        duration.StartsWith('P') && duration.EndsWith('W')
            && int.TryParse(duration.AsSpan(1, duration.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var weeks)
            && weeks < 10_000
            ? $"P{weeks * 7}D" : duration;

    private static DateTimeOffset? Instant(DateTime local, string? zone)
    {
        if (zone is null || zone.Length > 100)
            return null;
        // "/freeassociation.sourceforge.net/Europe/Berlin": vendors put a path in front.
        var name = zone.Split('/') is { Length: > 2 } pieces && zone.StartsWith('/') ? string.Join('/', pieces[^2..]) : zone;
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found))
            return null;
        return local.Year is < 2 or > 9997 ? null : new DateTimeOffset(local, found.GetUtcOffset(local));
    }
}
