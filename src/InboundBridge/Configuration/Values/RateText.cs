using System.Globalization;

namespace InboundBridge.Configuration.Values;

/// <summary>A number of events per period: <c>100/s 600/1h 10/5m</c>.</summary>
internal readonly record struct RateText(int Count, TimeSpan Period)
{
    public const string Examples = "such as 100/s or 600/1h";

    /// <summary>JSON Schema pattern.</summary>
    public const string Pattern = "^[0-9]+ ?/ ?[0-9]*(ms|s|m|h|d)$";

    public static bool TryParse(string text, out RateText value)
    {
        value = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !int.TryParse(text.AsSpan(0, slash).TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return false;
        var period = text[(slash + 1)..].TrimStart();
        if (period.Length > 0 && !char.IsAsciiDigit(period[0]))
            period = "1" + period;
        if (count < 1 || !DurationText.TryParse(period, out var length) || length <= TimeSpan.Zero)
            return false;
        value = new RateText(count, length);
        return true;
    }
}
