using Prometheus;

namespace InboundBridge.MailFlow.Metrics;

/// <summary>
/// A gauge whose series are replaced whole with each reading, so that a removed destination does not stay with its last value.
/// </summary>
internal sealed class ObservedGauge(Gauge gauge, SeriesBound bound)
{
    public void Replace(IEnumerable<MetricReading> readings)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var reading in readings)
            if (seen.Count < bound.Most)
            {
                gauge.WithLabels(reading.Labels).Set(reading.Value);
                seen.Add(SeriesBound.KeyOf(reading.Labels));
            }
            else
            {
                bound.Dropped.Inc();
            }
        foreach (var labels in gauge.GetAllLabelValues().ToList())
            if (!seen.Contains(SeriesBound.KeyOf(labels)))
                gauge.RemoveLabelled(labels);
    }
}
