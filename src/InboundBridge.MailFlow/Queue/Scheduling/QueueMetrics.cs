using InboundBridge.MailFlow.Metrics;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>The metrics of the queue. Labels are names of the configuration, and outcomes.</summary>
internal sealed class QueueMetrics : IDisposable
{
    private readonly IDisposable[] _readings;

    public QueueMetrics(MetricRegistry registry, Func<IReadOnlyList<DestinationQueue>> destinations, TimeProvider clock)
    {
        Attempts = registry.Counter(
            "delivery_attempts_total", "Attempts by outcome: delivered, retry, failed, discarded, paused, partial, refused", "destination",
            "outcome");
        AttemptSeconds = registry.Histogram("delivery_attempt_seconds", "Time of one attempt", HistogramBuckets.PeerSeconds, "destination");
        LagSeconds =
            registry.Histogram("delivery_lag_seconds", "Time from acceptance to delivery", HistogramBuckets.LagSeconds, "destination");
        IDisposable Observe(string name, string help, Func<DestinationQueue, double> read) =>
            registry.Observe(
                name, help, ["destination"], () => destinations().Select(each => new MetricReading(read(each), each.Options.Name)));
        _readings =
        [
            Observe(
                "delivery_oldest_seconds",
                "Age of the oldest delivery that is still open",
                destination => destination.OldestOpen is { } oldest ? Math.Max(0, (clock.GetUtcNow() - oldest).TotalSeconds) : 0),
            Observe("destination_up", "0 while the circuit is open", destination => destination.Circuit.State == CircuitState.Open ? 0 : 1),
            Observe("destination_paused", "1 while the destination is paused", destination => destination.PauseReason is null ? 0 : 1),
        ];
    }

    public CounterSeries Attempts { get; }

    public HistogramSeries AttemptSeconds { get; }

    public HistogramSeries LagSeconds { get; }

    public DestinationMetrics Of(DestinationQueue destination) =>
        destination.Metrics ??= new DestinationMetrics(this, destination.Options.Name);

    public void Dispose()
    {
        foreach (var reading in _readings)
            reading.Dispose();
    }
}
