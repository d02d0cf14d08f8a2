using System.Globalization;

namespace InboundBridge.Benchmarks.Figures;

/// <summary>Summaries of many measurements of the same quantity.</summary>
internal static class Spread
{
    /// <summary>The median: the middle value, or the mean of the two middle ones; NaN without values.</summary>
    public static double Median(IEnumerable<double> values) => Middle([.. values.Order()]);

    /// <summary>A median with its range: <c>2 [1–4]</c>; a dash without values.</summary>
    public static string Of(IEnumerable<double> values, string format)
    {
        double[] sorted = [.. values.Order()];
        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        return sorted.Length == 0 ? "–" : $"{Text(Middle(sorted))} [{Text(sorted[0])}–{Text(sorted[^1])}]";
    }

    /// <summary>The given percentile by nearest rank; the type's zero without values.</summary>
    /// <param name="sorted">Ascending.</param>
    /// <param name="percent">0 to 100.</param>
    public static T Percentile<T>(IReadOnlyList<T> sorted, double percent)
        where T : struct
    {
        if (sorted.Count == 0)
            return default;
        // Multiplied first: 7 / 100.0 * 100 is more than 7.
        var rank = (int)Math.Ceiling(percent * sorted.Count / 100);
        return sorted[Math.Clamp(rank - 1, 0, sorted.Count - 1)];
    }

    private static double Middle(double[] sorted)
    {
        var middle = sorted.Length / 2;
        return sorted.Length switch
        {
            0 => double.NaN,
            var length when length % 2 == 1 => sorted[middle],
            _ => (sorted[middle - 1] + sorted[middle]) / 2,
        };
    }
}
