using System.Globalization;

namespace InboundBridge.Rules.Patterns;

/// <summary>Numbers as operators write them: <c>5</c>, <c>-1.5</c>, <c>10KB</c>, <c>1.5MB</c>. A KB is 1024 octets.</summary>
internal static class Quantity
{
    private static readonly (string Suffix, double Factor)[] Units =
    [
        ("TB", 1024d * 1024 * 1024 * 1024), ("GB", 1024d * 1024 * 1024), ("MB", 1024d * 1024), ("KB", 1024), ("B", 1),
    ];

    public static bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        text = text.Trim();
        var factor = 1d;
        foreach (var unit in Units)
        {
            if (!text.EndsWith(unit.Suffix, StringComparison.OrdinalIgnoreCase))
                continue;
            text = text[..^unit.Suffix.Length].TrimEnd();
            factor = unit.Factor;
            break;
        }
        if (!double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value))
            return false;
        value *= factor;
        return double.IsFinite(value);
    }

    /// <summary><c>90s</c>, <c>5m</c>, <c>2h</c>, <c>3d</c>.</summary>
    public static bool TryParseDuration(ReadOnlySpan<char> text, out TimeSpan value)
    {
        value = default;
        text = text.Trim();
        if (text.Length < 2)
            return false;
        var seconds = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        if (seconds == 0 || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return false;
        if (number * seconds > TimeSpan.FromDays(36500).TotalSeconds)
            return false;
        value = TimeSpan.FromSeconds(number * seconds);
        return true;
    }
}
