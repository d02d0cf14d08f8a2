using System.Globalization;

namespace InboundBridge.Configuration.Values;

/// <summary><c>100ms 30s 5m 2h 3d</c>; a bare 0 needs no unit.</summary>
internal static class DurationText
{
    public const string Examples = "such as 100ms, 30s, 5m, 2h, 3d";

    /// <summary>JSON Schema pattern.</summary>
    public const string Pattern = "^(0|[0-9]+(\\.[0-9]+)?(ms|s|m|h|d))$";

    public static bool TryParse(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        if (text == "0")
            return true;
        var unitAt = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (unitAt > 0 && text[unitAt] == '.')
            unitAt = text.AsSpan(unitAt + 1).IndexOfAnyExceptInRange('0', '9') is var more and > 0 ? unitAt + 1 + more : -1;
        if (unitAt <= 0 || UnitMilliseconds(text[unitAt..]) is not { } unit)
            return false;
        if (!decimal.TryParse(text.AsSpan(0, unitAt), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
            return false;
        // A hundred years: beyond it dates overflow when it is added to them.
        if (count > 36_500m * 86_400_000m / unit)
            return false;
        value = TimeSpan.FromMilliseconds((double)(count * unit));
        return true;
    }

    /// <summary>The shortest way to write it with one unit.</summary>
    public static string Format(TimeSpan value)
    {
        var milliseconds = (long)value.TotalMilliseconds;
        (long Unit, string Name)[] units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s"), (1, "ms")];
        foreach (var (unit, name) in units)
            if (milliseconds != 0 && milliseconds % unit == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{milliseconds / unit}{name}");
        return "0";
    }

    private static decimal? UnitMilliseconds(string unit) => unit switch
    {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => null,
    };
}
