using System.Globalization;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>A median with its range.</summary>
internal static class Spread
{
    public static string Of(IEnumerable<double> values, string format)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        var median = sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        return $"{Text(median)} [{Text(sorted[0])}–{Text(sorted[^1])}]";
    }
}
