using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Spool.Contract;
using Prometheus;

namespace InboundBridge.MailFlow.Spool.Health;

/// <summary>The spool's metrics (docs/metrics.md).</summary>
internal sealed class SpoolMetrics : IDisposable
{
    private readonly IObserver _commitSeconds;
    private readonly IObserver _commitMessages;
    private readonly IDisposable[] _readings;

    public SpoolMetrics(MetricRegistry registry, Func<SpoolTotals> totals)
    {
        _commitSeconds = registry
            .Histogram(
                "spool_commit_seconds", "Time of one commit of the spool, from COMMIT to the end of the disk's sync",
                HistogramBuckets.Seconds)
            .With();
        _commitMessages = registry.Histogram("spool_commit_messages", "Writes made durable by one commit", HistogramBuckets.Counts).With();
        _readings =
        [
            registry.Observe("spool_messages", "Messages in the spool, including delivered ones that are kept", () => totals().Messages),
            registry.Observe("spool_bytes", "Octets of the messages in the spool", () => totals().Bytes),
            registry.Observe("spool_free_bytes", "Octets free on the disk of the spool", () => totals().FreeBytes),
            registry.Observe(
                "deliveries", "Deliveries in the spool by destination and state", ["destination", "state"],
                () => ReadDeliveries(totals())),
        ];
    }

    public void Committed(TimeSpan time, int writes)
    {
        _commitSeconds.Observe(time.TotalSeconds);
        _commitMessages.Observe(writes);
    }

    public void Dispose()
    {
        foreach (var reading in _readings)
            reading.Dispose();
    }

    private static IEnumerable<MetricReading> ReadDeliveries(SpoolTotals totals) =>
        totals.Deliveries.Select(tally => new MetricReading(tally.Count, tally.Destination, StateName(tally.State)));

    private static string StateName(DeliveryState state) => state switch
    {
        DeliveryState.Pending => "pending",
        DeliveryState.Retrying => "retrying",
        DeliveryState.Delivered => "delivered",
        DeliveryState.Dead => "dead",
        DeliveryState.Held => "held",
        _ => "cancelled",
    };
}
