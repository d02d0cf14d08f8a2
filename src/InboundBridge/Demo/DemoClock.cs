namespace InboundBridge.Demo;

/// <summary>
/// A clock that begins in the past and is moved towards the present, so that the demo shows an hour of mail a few seconds after its start.
/// Whatever waits on this clock lives through the same time: a retry that is due in five minutes happens when the clock is moved past it.
/// </summary>
internal sealed class DemoClock(TimeProvider real, TimeSpan behind) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<WeakReference<DemoTimer>> _timers = [];
    private TimeSpan _behind = behind;

    public override TimeZoneInfo LocalTimeZone => real.LocalTimeZone;

    public override long TimestampFrequency => real.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => real.GetUtcNow() - Behind;

    /// <summary>Not moved: durations are those of the real work.</summary>
    public override long GetTimestamp() => real.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new DemoTimer(this, real, callback, state);
        lock (_gate)
        {
            _timers.RemoveAll(known => !known.TryGetTarget(out _));
            _timers.Add(new WeakReference<DemoTimer>(timer));
        }
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock, but not beyond the present. Timers that become due fire before this returns.</summary>
    public void Advance(TimeSpan by)
    {
        List<DemoTimer> timers = [];
        lock (_gate)
        {
            _behind = _behind > by ? _behind - by : TimeSpan.Zero;
            foreach (var known in _timers)
            {
                if (known.TryGetTarget(out var timer))
                    timers.Add(timer);
            }
        }
        foreach (var timer in timers)
            timer.CatchUp();
    }

    private TimeSpan Behind
    {
        get
        {
            lock (_gate)
                return _behind;
        }
    }
}
