namespace InboundBridge.UnitTests.Smtp.Server;

/// <summary>A clock that stands still until it is told; timers fire inside <see cref="Advance"/>.</summary>
internal sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private TaskCompletionSource _armed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        ManualTimer[] due;
        lock (_gate)
        {
            _now += by;
            due = [.. _timers.Where(timer => timer.Due <= _now)];
            _timers.RemoveAll(due.Contains);
        }
        foreach (var timer in due)
            timer.Fire();
    }

    /// <summary>Waits until a timer is set that is due within the given time, and goes there.</summary>
    public async Task FireNextAsync(TimeSpan within)
    {
        while (true)
        {
            Task armed;
            TimeSpan? next;
            lock (_gate)
            {
                armed = _armed.Task;
                next = _timers.Select(timer => (TimeSpan?)(timer.Due - _now)).Where(left => left <= within).Min();
            }
            if (next is { } left)
            {
                Advance(left);
                return;
            }
            await armed;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (dueTime < TimeSpan.Zero)
                    return true;
                Due = clock._now + dueTime;
                clock._timers.Add(this);
                clock._armed.TrySetResult();
                clock._armed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
                clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
