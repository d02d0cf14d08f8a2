using System.Globalization;

namespace InboundBridge.Ui.Text;

/// <summary>Times for people: how long ago or until, in the largest unit that fits.</summary>
internal static class AgoText
{
    /// <summary>As in <c>now</c>, <c>5 min ago</c>, <c>in 3 h</c>.</summary>
    public static string Of(DateTimeOffset now, DateTimeOffset at)
    {
        var ago = now - at;
        if (ago.Duration() < TimeSpan.FromSeconds(2))
            return "now";
        return ago > TimeSpan.Zero ? $"{Span(ago)} ago" : $"in {Span(-ago)}";
    }

    /// <summary>As in <c>45 s</c>, <c>5 min</c>, <c>3 h</c>, <c>12 d</c>.</summary>
    public static string Span(TimeSpan span)
    {
        var (count, unit) = span.TotalSeconds switch
        {
            < 1 => (span.TotalMilliseconds, "ms"),
            < 60 => (span.TotalSeconds, "s"),
            < 3600 => (span.TotalMinutes, "min"),
            < 172_800 => (span.TotalHours, "h"),
            _ => (span.TotalDays, "d"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(count):0} {unit}");
    }

    public static string Exact(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>RFC 3339, for the attribute that the script reads.</summary>
    public static string Machine(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
