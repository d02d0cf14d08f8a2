namespace InboundBridge.UnitTests;

/// <summary>Time that stands still until a test moves it. The wall clock can be set apart from the time that passes.</summary>
internal sealed class FakeClock(DateTimeOffset now) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<FakeTimer> _timers = [];
    private readonly List<(long Due, TaskCompletionSource Set)> _awaited = [];
    private TaskCompletionSource _anySet = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _wall = now;
    private long _ticks = 1;

    public FakeClock()
        : this(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _wall;
    }

    public override long GetTimestamp()
    {
        lock (_gate)
            return _ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        lock (_gate)
            _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Done when somebody has set a timer for just that time from now: a test that moves time on waits for whoever is to be woken.</summary>
    public Task TimerSetAsync(TimeSpan dueTime)
    {
        lock (_gate)
        {
            var due = _ticks + dueTime.Ticks;
            var set = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_timers.Exists(timer => timer.Due == due))
                set.SetResult();
            else
                _awaited.Add((due, set));
            return set.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>Time passes, and timers fire in their order.</summary>
    public void Advance(TimeSpan time)
    {
        var end = Interlocked.Read(ref _ticks) + time.Ticks;
        while (true)
        {
            FakeTimer? next;
            lock (_gate)
            {
                next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                var to = next is null ? end : Math.Max(next.Due, _ticks);
                _wall += TimeSpan.FromTicks(to - _ticks);
                _ticks = to;
                if (next is null)
                    return;
                next.Due = next.Period == Timeout.InfiniteTimeSpan ? long.MaxValue : to + next.Period.Ticks;
            }
            next.Fire();
        }
    }

    /// <summary>Waits until a timer is set that is due within the given time, and goes there.</summary>
    public async Task FireNextAsync(TimeSpan within)
    {
        while (true)
        {
            Task set;
            long? next;
            lock (_gate)
            {
                set = _anySet.Task;
                next = _timers.Select(timer => (long?)(timer.Due - _ticks)).Where(left => left <= within.Ticks).Min();
            }
            if (next is { } left)
            {
                Advance(TimeSpan.FromTicks(left));
                return;
            }
            await set;
        }
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

    /// <summary>Somebody sets the machine's clock; no time passes.</summary>
    public void SetWall(TimeSpan by)
    {
        lock (_gate)
            _wall += by;
    }

    private sealed class FakeTimer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        public long Due { get; set; } = long.MaxValue;

        public TimeSpan Period { get; private set; } = Timeout.InfiniteTimeSpan;

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var isDue = false;
            lock (clock._gate)
            {
                Period = period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : period;
                Due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : clock._ticks + dueTime.Ticks;
                foreach (var awaited in clock._awaited.Where(awaited => awaited.Due == Due))
                    awaited.Set.TrySetResult();
                clock._anySet.TrySetResult();
                clock._anySet = new(TaskCreationOptions.RunContinuationsAsynchronously);
                if (dueTime == TimeSpan.Zero)
                {
                    isDue = true;
                    Due = long.MaxValue;
                }
            }
            // A timer of no time fires from somewhere else, never from within the call that sets it.
            if (isDue)
                ThreadPool.QueueUserWorkItem(_ => Fire());
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
