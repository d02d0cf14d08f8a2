using Prometheus;

namespace InboundBridge.Telemetry;

/// <summary>Counts what the full queue of one signal drops, and logs it once a minute at most.</summary>
internal sealed partial class DropWatch : IDisposable
{
    /// <summary>The metric is behind by this at most.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LogPause = TimeSpan.FromMinutes(1);

    private readonly string _signal;
    private readonly Func<long> _total;
    private readonly Counter.Child _dropped;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly System.Threading.ITimer _timer;
    private long _counted;
    private long _untold;
    private long? _toldAt;

    /// <param name="total">Dropped since the start; it never falls.</param>
    public DropWatch(string signal, Func<long> total, TelemetryMetrics metrics, TimeProvider clock, ILogger log)
    {
        (_signal, _total, _dropped, _clock, _log) = (signal, total, metrics.Dropped(signal), clock, log);
        _timer = clock.CreateTimer(_ => Look(isLast: false), null, Interval, Interval);
    }

    /// <summary>What was dropped meanwhile is counted and logged.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        Look(isLast: true);
    }

    private void Look(bool isLast)
    {
        long told;
        lock (_gate)
        {
            var total = _total();
            _dropped.Inc(total - _counted);
            _untold += total - _counted;
            _counted = total;
            if (_untold == 0 || (!isLast && _toldAt is { } at && _clock.GetElapsedTime(at) < LogPause))
                return;
            (told, _untold, _toldAt) = (_untold, 0, _clock.GetTimestamp());
        }
        Dropped(_signal, told);
    }

    [LoggerMessage(
        EventId = 2603, EventName = "telemetry_dropped", Level = LogLevel.Warning, Message =
        "the queue for the collector of telemetry was full, and what found no room in it is lost signal={Signal} count={Count}")]
    private partial void Dropped(string signal, long count);
}
