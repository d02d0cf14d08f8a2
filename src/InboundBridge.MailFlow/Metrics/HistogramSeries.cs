using Prometheus;

namespace InboundBridge.MailFlow.Metrics;

/// <summary>The series of one histogram.</summary>
public sealed class HistogramSeries
{
    private readonly Histogram _histogram;
    private readonly Func<string[], bool> _hasRoom;
    private readonly Dropped _dropped;

    internal HistogramSeries(Histogram histogram, Func<string[], bool> hasRoom, Counter dropped)
    {
        (_histogram, _hasRoom) = (histogram, hasRoom);
        _dropped = new Dropped(dropped);
    }

    /// <summary>The series of these values; hold it. Beyond the bound, its measurements are counted as dropped.</summary>
    public IObserver With(params string[] labels) => _hasRoom(labels) ? _histogram.WithLabels(labels) : _dropped;

    private sealed class Dropped(Counter dropped) : IObserver
    {
        public void Observe(double val) => dropped.Inc();
    }
}
