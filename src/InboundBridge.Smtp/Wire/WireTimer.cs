namespace InboundBridge.Smtp.Wire;

/// <summary>
/// One timer a connection, for one wait after the other. When a wait's time is over it wakes the wait; whether time is really over is read from the clock.
/// Setting a timer costs a lock that all timers share, and waits are many and short: so the timer is left to fire for a wait that is long over, and then set
/// again for what is left of the one at hand.
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

    /// <summary>A wake-up that comes late, after the wait it was meant for, finds the next deadline in the future and does no harm.</summary>
    public bool Expired => _time.GetTimestamp() >= Volatile.Read(ref _due);

    /// <returns>The clock's timestamp now.</returns>
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
        // Rounded up: a timer that fires a moment early would find that time is not over, and would have to be set again.
        _timer.Change(_time.GetElapsedTime(now, _due) + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }
}
