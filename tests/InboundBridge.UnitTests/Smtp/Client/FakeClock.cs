namespace InboundBridge.UnitTests.Smtp.Client;

/// <summary>Time stands still until a test moves it; timers that come due fire on the caller.</summary>
internal sealed class FakeClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<FakeTimer> _timers = [];
    private TimeSpan _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero) + _elapsed;

    public override long GetTimestamp() => _elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan span)
    {
        List<FakeTimer> due;
        lock (_lock)
        {
            _elapsed += span;
            due = _timers.FindAll(timer => timer.DueAt <= _elapsed);
            foreach (var timer in due)
                timer.Rearm(_elapsed);
        }
        foreach (var timer in due)
            timer.Fire();
    }

    /// <summary>Lets time pass until the task is done: for a peer that says nothing.</summary>
    public async Task AdvanceUntilAsync(Task task, CancellationToken cancellationToken)
    {
        while (!task.IsCompleted)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }
    }

    private sealed class FakeTimer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public TimeSpan? DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                DueAt = dueTime < TimeSpan.Zero ? null : clock._elapsed + dueTime;
                _period = period;
                if (!clock._timers.Contains(this))
                    clock._timers.Add(this);
            }
            if (dueTime == TimeSpan.Zero)
                clock.Advance(TimeSpan.Zero);
            return true;
        }

        public void Rearm(TimeSpan now) => DueAt = _period > TimeSpan.Zero ? now + _period : null;

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (clock._lock)
                clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
