namespace InboundBridge.Smtp.Wire;

/// <summary>
/// The timer of one connection, used for one wait after another. When it fires it interrupts the wait, which then checks the clock
/// (<see cref="Expired"/>). Setting a timer takes a lock that all timers of the process share, and waits are many and short. So the timer
/// is not reset for each wait: when it fires for a wait that has ended, it is set again for the rest of the current one.
/// </summary>
internal sealed class WireTimer : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Action _wake;
    private readonly ITimer _timer;
    private long _due = long.MaxValue;
    private long _firesAt = long.MaxValue;

    public WireTimer(TimeProvider time, Action wake)
    {
        _time = time;
        _wake = wake;
        _timer = time.CreateTimer(static self => ((WireTimer)self!).Fired(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The current wait has taken too long. False after an interruption that was meant for an earlier wait.</summary>
    public bool Expired => _time.GetTimestamp() >= Volatile.Read(ref _due);

    /// <summary>Starts a wait.</summary>
    /// <returns>The clock's current timestamp.</returns>
    public long Start(TimeSpan timeout)
    {
        if (timeout < TimeSpan.Zero)
            timeout = TimeSpan.Zero;
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            Volatile.Write(ref _due, now + (long)(timeout.TotalSeconds * _time.TimestampFrequency));
            if (_due < _firesAt)
                Set(now);
            return now;
        }
    }

    public void Stop() => Volatile.Write(ref _due, long.MaxValue);

    public void Dispose() => _timer.Dispose();

    private void Fired()
    {
        lock (_gate)
        {
            _firesAt = long.MaxValue;
            var now = _time.GetTimestamp();
            if (now < _due)
            {
                if (_due != long.MaxValue)
                    Set(now);
                return;
            }
        }
        _wake();
    }

    private void Set(long now)
    {
        _firesAt = _due;
        // Rounded up, because a timer that fires a moment too early would have to be set again.
        _timer.Change(_time.GetElapsedTime(now, _due) + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }
}
