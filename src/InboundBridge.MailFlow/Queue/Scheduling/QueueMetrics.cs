using InboundBridge.MailFlow.Metrics;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>The metrics of the queue. Labels are names of the configuration, and outcomes.</summary>
internal sealed class QueueMetrics : IDisposable
{
    private readonly IDisposable[] _readings;

    /// <param name="stranded">
    /// Destinations that are not configured and have open deliveries, and when the oldest of these was made.
    /// </param>
    public QueueMetrics(
        MetricRegistry registry, Func<IReadOnlyList<DestinationQueue>> destinations,
        Func<IReadOnlyList<(string Destination, DateTimeOffset Oldest)>> stranded, TimeProvider clock)
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
        double Age(DateTimeOffset? oldest) => oldest is { } time ? Math.Max(0, (clock.GetUtcNow() - time).TotalSeconds) : 0;
        IEnumerable<MetricReading> Ages()
        {
            var configured = destinations();
            return configured.Select(each => new MetricReading(Age(each.OldestOpen), each.Options.Name))
                .Concat(stranded().Where(gone => configured.All(each => each.Options.Name != gone.Destination))
                    .Select(gone => new MetricReading(Age(gone.Oldest), gone.Destination)));
        }
        _readings =
        [
            registry.Observe("delivery_oldest_seconds", "Age of the oldest delivery that is still open", ["destination"], Ages),
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
