using System.Diagnostics.Metrics;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Sqlite.Health;

/// <summary>The spool's metrics (docs/metrics.md).</summary>
internal sealed class SpoolMetrics : IDisposable
{
    private readonly Meter _meter = new("InboundBridge");
    private readonly Histogram<double> _commitSeconds;
    private readonly Histogram<int> _commitMessages;

    public SpoolMetrics(Func<SpoolTotals> totals)
    {
        _commitSeconds = _meter.CreateHistogram<double>(
            "spool_commit_seconds", "s", "Time of one commit of the spool, from COMMIT to the end of the disk's sync.");
        _commitMessages = _meter.CreateHistogram<int>("spool_commit_messages", null, "Writes made durable by one commit.");
        _meter.CreateObservableGauge(
            "spool_messages", () => totals().Messages, null, "Messages in the spool, the delivered ones that are kept included.");
        _meter.CreateObservableGauge("spool_bytes", () => totals().Bytes, "By", "Octets of the messages in the spool.");
        _meter.CreateObservableGauge("spool_free_bytes", () => Free(totals()), "By", "Octets free on the spool's disk.");
        _meter.CreateObservableGauge("deliveries", () => Deliveries(totals()), null, "Deliveries in the spool by destination and state.");
    }

    public void Committed(TimeSpan time, int writes)
    {
        _commitSeconds.Record(time.TotalSeconds);
        _commitMessages.Record(writes);
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> Free(SpoolTotals totals) =>
        totals.FreeBytes is { } free ? [new Measurement<long>(free)] : [];

    private static IEnumerable<Measurement<long>> Deliveries(SpoolTotals totals) =>
        totals.Deliveries.Select(tally => new Measurement<long>(
            tally.Count,
            new KeyValuePair<string, object?>("destination", tally.Destination),
            new KeyValuePair<string, object?>("state", StateName(tally.State))));

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
