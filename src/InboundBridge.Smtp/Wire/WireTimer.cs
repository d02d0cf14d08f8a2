namespace InboundBridge.Smtp.Wire;

/// <summary>One timer a connection, set anew for each wait. When it fires it wakes the wait; whether time is really over is read from the clock.</summary>
internal sealed class WireTimer : IDisposable
{
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _due = long.MaxValue;

    public WireTimer(TimeProvider time, Action wake)
    {
        _time = time;
        _timer = time.CreateTimer(static state => ((Action)state!)(), wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A wake-up that comes late, after the wait it was meant for, finds the next deadline in the future and does no harm.</summary>
    public bool Expired => _time.GetTimestamp() >= Volatile.Read(ref _due);

    public void Start(TimeSpan timeout)
    {
        if (timeout < TimeSpan.Zero)
            timeout = TimeSpan.Zero;
        var ticks = (long)(timeout.TotalSeconds * _time.TimestampFrequency);
        Volatile.Write(ref _due, _time.GetTimestamp() + ticks);
        // Rounded up: a timer that fires a moment early would find that time is not over, and would not come again.
        _timer.Change(timeout + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }

    public void Stop() => Volatile.Write(ref _due, long.MaxValue);

    public void Dispose() => _timer.Dispose();
}
