using Prometheus;

namespace InboundBridge.MailFlow.Metrics;

/// <summary>The series of one counter.</summary>
public sealed class CounterSeries
{
    private readonly Counter _counter;
    private readonly Func<string[], bool> _hasRoom;
    private readonly Counter.Child _dropped;

    internal CounterSeries(Counter counter, Func<string[], bool> hasRoom, Counter dropped)
    {
        (_counter, _hasRoom) = (counter, hasRoom);
        _dropped = dropped.WithLabels();
    }

    /// <summary>The series of these values; hold it. Beyond the bound, it is the counter of dropped measurements.</summary>
    public Counter.Child With(params string[] labels) => _hasRoom(labels) ? _counter.WithLabels(labels) : _dropped;

    /// <summary>
    /// The same, but the series is there with 0 before the first count. Prometheus's <c>increase()</c> sees no increase in a series that
    /// appears with 1, so an alert would miss the first time.
    /// </summary>
    public Counter.Child FromZero(params string[] labels)
    {
        var series = With(labels);
        series.Publish();
        return series;
    }
}
