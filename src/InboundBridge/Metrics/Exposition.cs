using System.Globalization;
using System.Text;

namespace InboundBridge.Metrics;

internal enum ExpositionFormat
{
    /// <summary>Prometheus text, version 0.0.4.</summary>
    Prometheus,

    /// <summary>OpenMetrics text, version 1.0.0.</summary>
    OpenMetrics,
}

/// <summary>Writes families as Prometheus or OpenMetrics text; the two differ in how counters are named and in the end.</summary>
internal sealed class Exposition(ExpositionFormat format)
{
    private readonly StringBuilder _text = new(16 * 1024);

    public string Write(IReadOnlyList<MetricFamily> families, long failedObservations)
    {
        var gauges =
            families.Where(family => family.Kind != MetricKind.Counter).Select(family => family.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var family in families)
            WriteFamily(family, gauges);
        WriteOwn("metrics_dropped_total", "Measurements that found no room for their series", families.Sum(family => family.Dropped));
        WriteOwn("metrics_failed_observations_total", "Gauges that could not be read", failedObservations);
        if (format == ExpositionFormat.OpenMetrics)
            _text.Append("# EOF\n");
        return _text.ToString();
    }

    private void WriteFamily(MetricFamily family, HashSet<string> gauges)
    {
        var sample = family.Name;
        if (family.Kind == MetricKind.Counter)
            sample = WriteCounterHead(family, gauges);
        else
            WriteHead(family.Name, family.Help, family.Kind == MetricKind.Gauge ? "gauge" : "histogram");
        foreach (var series in family.Series.OrderBy(series => series.Labels.Text, StringComparer.Ordinal))
            if (family.Bounds is { } bounds)
                WriteHistogram(family.Name, series, bounds);
            else
                WriteSample(sample, series.Labels.Text, series.Value);
    }

    /// <returns>The name of its samples.</returns>
    private string WriteCounterHead(MetricFamily family, HashSet<string> gauges)
    {
        if (format == ExpositionFormat.Prometheus)
        {
            WriteHead(family.Name, family.Help, "counter");
            return family.Name;
        }
        // OpenMetrics names the family without its suffix. Where a gauge has that name (jobs beside jobs_total), two families would share
        // it, which is forbidden; then the counter is given out as of unknown type under its full name.
        var stem = family.Name.EndsWith("_total", StringComparison.Ordinal) ? family.Name[..^6] : family.Name;
        if (gauges.Contains(stem))
        {
            WriteHead(family.Name, family.Help, "unknown");
            return family.Name;
        }
        WriteHead(stem, family.Help, "counter");
        return stem + "_total";
    }

    private void WriteHead(string name, string help, string type)
    {
        _text.Append("# HELP ").Append(name).Append(' ').Append(Escaped(help)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    private void WriteHistogram(string name, MetricSeries series, double[] bounds)
    {
        var buckets = series.Buckets;
        var labels = series.Labels.Text.Length == 0 ? string.Empty : series.Labels.Text + ",";
        var count = 0L;
        for (var index = 0; index < buckets.Length; index++)
        {
            count += Volatile.Read(in buckets[index]);
            var bound = index < bounds.Length ? Number(bounds[index]) : "+Inf";
            WriteSample($"{name}_bucket", $"{labels}le=\"{bound}\"", count);
        }
        WriteSample($"{name}_sum", series.Labels.Text, series.Value);
        WriteSample($"{name}_count", series.Labels.Text, count);
    }

    private void WriteOwn(string instrument, string help, long value)
    {
        var name = MetricName.Of(instrument);
        WriteHead(format == ExpositionFormat.OpenMetrics ? name[..^6] : name, help, "counter");
        WriteSample(name, string.Empty, value);
    }

    private void WriteSample(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
            _text.Append('{').Append(labels).Append('}');
        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    /// <summary>OpenMetrics wants bounds as floats (<c>1.0</c>); both take that.</summary>
    private string Number(double value)
    {
        if (double.IsNaN(value))
            return "NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "+Inf" : "-Inf";
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return format == ExpositionFormat.OpenMetrics && text.All(letter => char.IsAsciiDigit(letter) || letter == '-')
            ? text + ".0" : text;
    }

    private string Escaped(string help)
    {
        var escaped = help.Replace("\\", "\\\\", StringComparison.Ordinal).ReplaceLineEndings("\\n");
        return format == ExpositionFormat.OpenMetrics ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
