using Prometheus;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>The series of one destination.</summary>
internal sealed class DestinationMetrics(QueueMetrics queue, string destination)
{
    private readonly IObserver _attemptSeconds = queue.AttemptSeconds.With(destination);
    private readonly IObserver _lagSeconds = queue.LagSeconds.With(destination);
    private readonly Counter.Child _delivered = queue.Attempts.With(destination, "delivered");

    /// <param name="outcome">delivered, retry, failed, discarded, paused, partial or refused.</param>
    public void Attempted(string outcome, TimeSpan duration)
    {
        (outcome == "delivered" ? _delivered : queue.Attempts.With(destination, outcome)).Inc();
        _attemptSeconds.Observe(duration.TotalSeconds);
    }

    public void Delivered(TimeSpan lag) => _lagSeconds.Observe(Math.Max(0, lag.TotalSeconds));
}
