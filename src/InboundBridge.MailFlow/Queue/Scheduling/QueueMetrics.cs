using System.Diagnostics.Metrics;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>The queue's instruments (docs/metrics.md). Label values are names of the configuration, and outcomes.</summary>
internal sealed class QueueMetrics : IDisposable
{
    private readonly Meter _meter = new("InboundBridge");
    private readonly Counter<long> _attempts;
    private readonly Histogram<double> _attemptSeconds;
    private readonly Histogram<double> _lagSeconds;

    public QueueMetrics(Func<IReadOnlyList<DestinationQueue>> destinations, TimeProvider clock)
    {
        _attempts =
            _meter.CreateCounter<long>(
                "delivery_attempts_total", null, "Attempts by outcome: delivered, retry, failed, discarded, paused, partial.");
        _attemptSeconds = _meter.CreateHistogram<double>("delivery_attempt_seconds", "s", "Time of one attempt.");
        _lagSeconds = _meter.CreateHistogram<double>("delivery_lag_seconds", "s", "Time from acceptance to delivery.");
        _meter.CreateObservableGauge(
            "delivery_oldest_seconds",
            () => Each(
                destinations(), destination =>
                    destination.OldestOpen is { } oldest ? Math.Max(0, (clock.GetUtcNow() - oldest).TotalSeconds) : 0),
            "s",
            "Age of the oldest delivery that is still open.");
        _meter.CreateObservableGauge(
            "destination_up", () =>
                Each(destinations(), destination => destination.Circuit.State == CircuitState.Open ? 0 : 1), null,
                "0 while the circuit is open.");
        _meter.CreateObservableGauge(
            "destination_paused", () =>
                Each(destinations(), destination => destination.PauseReason is null ? 0 : 1), null, "1 while the destination is paused.");
    }

    public void Attempted(string destination, string outcome, TimeSpan duration)
    {
        _attempts.Add(
            1, new KeyValuePair<string, object?>("destination", destination), new KeyValuePair<string, object?>("outcome", outcome));
        _attemptSeconds.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("destination", destination));
    }

    public void Delivered(string destination, TimeSpan lag) =>
        _lagSeconds.Record(Math.Max(0, lag.TotalSeconds), new KeyValuePair<string, object?>("destination", destination));

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<double>> Each(
        IReadOnlyList<DestinationQueue> destinations, Func<DestinationQueue, double> read) =>
        destinations.Select(
            destination =>
                new Measurement<double>(read(destination), new KeyValuePair<string, object?>("destination", destination.Options.Name)));
}
