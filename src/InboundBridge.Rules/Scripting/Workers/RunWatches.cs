namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>
/// Watches the runs of a worker, one after the other, from another thread, and raises an alarm when the heap has grown beyond the script's
/// limit, or when the script stays in one call of the engine beyond its time. The watching thread wakes up only for runs that take longer
/// than <see cref="Interval"/>: to wake a thread costs as much as a small script.
/// </summary>
internal sealed class RunWatches : IDisposable
{
    /// <summary>The interval between checks.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    private readonly TimeProvider _clock;
    private readonly Func<bool, long> _octets;
    private readonly Action<ScriptSource, string> _alarm;
    private readonly ITimer _timer;
    private volatile RunWatch? _run;

    /// <param name="timers">Makes a timer that is cheap to start and to stop; null where there is none.</param>
    /// <param name="octets">Returns the heap's size; called with true, it collects garbage first.</param>
    /// <param name="alarm">Called with the script and what went wrong.</param>
    public RunWatches(
        TimeProvider clock, Func<Action, ITimer?>? timers, Func<bool, long> octets, Action<ScriptSource, string> alarm)
    {
        (_clock, _octets, _alarm) = (clock, octets, alarm);
        _timer = timers?.Invoke(Look) ?? clock.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A run begins; the one before has ended.</summary>
    public void Begin(ScriptSource script, ScriptLimits limits)
    {
        _run = new RunWatch(script, limits, _clock, _octets, _alarm);
        _timer.Change(Interval, Interval);
    }

    /// <summary>The run has ended, if one had begun. False when the alarm was raised first.</summary>
    public bool TryEnd()
    {
        if (_run is not { } run)
            return true;
        if (!run.TryEnd())
            return false;
        _run = null;
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return true;
    }

    public void Dispose() => _timer.Dispose();

    private void Look() => _run?.Look();
}
