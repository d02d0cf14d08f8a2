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
}
