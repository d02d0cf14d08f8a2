using System.Globalization;
using System.Text;
using InboundBridge.Benchmarks.Figures;

namespace InboundBridge.Benchmarks.Soak;

/// <summary>
/// Summarizes the samples: each figure at the beginning and the end, its growth in
/// the second half, after the start-up phase, and its course.
/// </summary>
internal static class SoakTable
{
    private const int Moments = 6;

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
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {name} | {values[0]:0.#} | {Spread.Median(values):0.#} | {values.Max():0.#} | {values[^1]:0.#} | "
                + $"{Slope(samples, read):+0.0;-0.0;0} |\n");
        }
        return text.ToString();
    }

    /// <summary>About six points in time, to distinguish growth that settles from growth that continues.</summary>
    public static string RenderCourse(IReadOnlyList<SoakSample> samples)
    {
        var text =
            new StringBuilder(
                "| minute | resident MB | file handles | threads | spool MB | deliveries open |\n|---|---|---|---|---|---|\n");
        var last = samples[^1].At;
        foreach (var moment in Enumerable.Range(0, Moments + 1).Select(number => last * number / Moments))
        {
            var sample = samples.MinBy(sample => (sample.At - moment).Duration())!;
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {sample.At.TotalMinutes:0.#} | {sample.Resident:0} | {sample.Handles} | {sample.Threads} | {sample.Spool:0} "
                + $"| {sample.Open} |\n");
        }
        return text.ToString();
    }

    /// <summary>The slope an hour by least squares, over the second half of the last process's life.</summary>
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
