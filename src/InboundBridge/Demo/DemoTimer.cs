namespace InboundBridge.Demo;

/// <summary>A timer of the <see cref="DemoClock"/>: a real one that is set again whenever the clock is moved.</summary>
internal sealed class DemoTimer : ITimer
{
    private readonly Lock _gate = new();
    private readonly DemoClock _clock;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private readonly ITimer _real;

    /// <summary>By the demo's clock; null while it is stopped.</summary>
    private DateTimeOffset? _due;
    private TimeSpan _period;
    private bool _disposed;

    public DemoTimer(DemoClock clock, TimeProvider real, TimerCallback callback, object? state)
    {
        (_clock, _callback, _state) = (clock, callback, state);
        _real = real.CreateTimer(
            static timer => ((DemoTimer)timer!).CatchUp(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            if (_disposed)
                return false;
            _period = period;
            _due = dueTime == Timeout.InfiniteTimeSpan ? null : _clock.GetUtcNow() + dueTime;
            return SetReal();
        }
    }

    /// <summary>Fires when it is due, else waits for the rest of its time.</summary>
    public void CatchUp()
    {
        lock (_gate)
        {
            if (_disposed || _due is not { } due)
                return;
            if (due > _clock.GetUtcNow())
            {
                SetReal();
                return;
            }
            _due = _period > TimeSpan.Zero ? due + _period : null;
            SetReal();
        }
        _callback(_state);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _real.Dispose();
        }
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private bool SetReal()
    {
        if (_due is not { } due)
            return _real.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var left = due - _clock.GetUtcNow();
        return _real.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
