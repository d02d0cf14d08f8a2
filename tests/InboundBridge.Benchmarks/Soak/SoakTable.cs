using System.Globalization;
using System.Text;

namespace InboundBridge.Benchmarks.Soak;

/// <summary>What the samples say: where each figure began and ended, and how fast it grows in the second half, when the beginning is over.</summary>
internal static class SoakTable
{
    public static string Render(IReadOnlyList<SoakSample> samples)
    {
        var text = new StringBuilder("| figure | first | median | largest | last | growth an hour |\n|---|---|---|---|---|---|\n");
        foreach (var (name, read) in new (string, Func<SoakSample, double>)[]
        {
            ("resident MB", sample => sample.Resident), ("file handles", sample => sample.Handles), ("threads", sample => sample.Threads),
            ("spool MB", sample => sample.Spool), ("deliveries open", sample => sample.Open),
        })
        {
            var values = samples.Select(read).ToList();
            var sorted = values.Order().ToList();
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {values[0]:0.#} | {sorted[sorted.Count / 2]:0.#} | {sorted[^1]:0.#} | {values[^1]:0.#} | {Slope(samples, read):+0.0;-0.0;0} |\n");
        }
        return text.ToString();
    }

    /// <summary>Least squares, an hour, over the second half of the last life.</summary>
    private static double Slope(IReadOnlyList<SoakSample> samples, Func<SoakSample, double> read)
    {
        var life = samples.Where(sample => sample.Life == samples[^1].Life).ToList();
        var points = life.Skip(life.Count / 2).Select(sample => (X: sample.At.TotalHours, Y: read(sample))).ToList();
        if (points.Count < 3)
            return 0;
        var (x, y) = (points.Average(point => point.X), points.Average(point => point.Y));
        var spread = points.Sum(point => (point.X - x) * (point.X - x));
        return spread == 0 ? 0 : points.Sum(point => (point.X - x) * (point.Y - y)) / spread;
    }
}
