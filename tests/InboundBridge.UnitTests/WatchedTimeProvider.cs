namespace InboundBridge.UnitTests;

/// <summary>
/// A fake clock that lets a test wait until the code under test has set a timer, so that no test advances the clock too early.
/// </summary>
internal sealed class WatchedTimeProvider() : FakeTimeProvider(FakeTime.Start)
{
    private readonly Lock _gate = new();
    private readonly List<WatchedTimer> _timers = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TimeSpan _wallClockOffset;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _wallClockOffset;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    /// <summary>
    /// Moves the wall clock as an administrator or NTP does: no time passes. (FakeTimeProvider.AdjustTime moves timestamps as well.)
    /// </summary>
    public void AdjustWallClock(TimeSpan by) => _wallClockOffset += by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new WatchedTimer(this, callback, state);
        timer.Inner =
            base.CreateTimer(static timer => ((WatchedTimer)timer!).Fire(), timer, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (_gate)
            _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Ends when a timer is set that fires after exactly this time, counted from now.</summary>
    public async Task TimerSetAsync(TimeSpan dueTime)
    {
        var due = GetTimestamp() + dueTime.Ticks;
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_timers.Exists(timer => timer.Due == due))
                    return;
                changed = _changed.Task;
            }
            await changed.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>Waits until a timer is set that fires within the given time, and advances the clock to it.</summary>
    public async Task FireNextAsync(TimeSpan within)
    {
        while (true)
        {
            Task changed;
            long? next;
            lock (_gate)
            {
                changed = _changed.Task;
                next = _timers.Select(timer => (long?)(timer.Due - GetTimestamp())).Where(left => left <= within.Ticks).Min();
            }
            if (next is { } left)
            {
                Advance(TimeSpan.FromTicks(Math.Max(left, 0)));
                return;
            }
            await changed;
        }
    }

    private sealed class WatchedTimer(WatchedTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public ITimer Inner { get; set; } = null!;

        /// <summary>The timestamp at which the timer fires.</summary>
        public long Due { get; private set; } = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            // FakeTimeProvider would call back from within this call; the system's timers never do.
            var isDue = dueTime >= TimeSpan.Zero && dueTime < TimeSpan.FromMilliseconds(1);
            lock (clock._gate)
            {
                _period = period;
                Due = isDue || dueTime < TimeSpan.Zero ? long.MaxValue : clock.GetTimestamp() + dueTime.Ticks;
            }
            var isActive = Inner.Change(isDue ? Timeout.InfiniteTimeSpan : dueTime, period);
            if (isActive && isDue)
                ThreadPool.QueueUserWorkItem(static timer => timer.Fire(), this, preferLocal: false);
            lock (clock._gate)
            {
                clock._changed.SetResult();
                clock._changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            return isActive;
        }

        public void Fire()
        {
            lock (clock._gate)
                Due = _period > TimeSpan.Zero ? clock.GetTimestamp() + _period.Ticks : long.MaxValue;
            callback(state);
        }

        public void Dispose()
        {
            lock (clock._gate)
                clock._timers.Remove(this);
            Inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
