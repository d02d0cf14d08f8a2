using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>Everything the scheduler knows of one destination. Guarded by the scheduler's lock.</summary>
internal sealed class DestinationQueue : IDisposable
{
    private readonly ITimer _timer;
    private DateTimeOffset _wake = DateTimeOffset.MaxValue;

    public DestinationQueue(DestinationOptions options, IDeliveryTarget target, int window, TimeProvider clock, DateTimeOffset now, Action<DestinationQueue> wake)
    {
        Options = options;
        Target = new TargetUse(target);
        Backlog = new DestinationBacklog(options.Order, window);
        Circuit = new CircuitBreaker(options.Circuit);
        Rate = new RateGate(options.Rate, options.RatePeriod, now);
        _timer = clock.CreateTimer(_ => wake(this), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public DestinationOptions Options { get; private set; }

    public TargetUse Target { get; private set; }

    public DestinationBacklog Backlog { get; }

    public CircuitBreaker Circuit { get; }

    public RateGate Rate { get; }

    public string? PauseReason { get; set; }

    /// <summary>Attempts under way.</summary>
    public int Active { get; set; }

    /// <summary>Attempts that are over while their record is under way.</summary>
    public int Unrecorded { get; set; }

    /// <summary>It could go on if another gave a place up.</summary>
    public bool IsStarved { get; set; }

    public bool IsProbing { get; set; }

    public bool IsRemoved { get; set; }

    /// <summary>Made at the last look; for the metrics.</summary>
    public DateTimeOffset? OldestOpen { get; set; }

    /// <summary>Returns the target that is no longer used.</summary>
    public TargetUse? Replace(DestinationOptions options, IDeliveryTarget target, int window)
    {
        if (options.Order != Options.Order)
            Backlog.Reorder(options.Order, window);
        Options = options;
        Circuit.Options = options.Circuit;
        Rate.Configure(options.Rate, options.RatePeriod);
        if (ReferenceEquals(Target.Target, target))
            return null;
        var old = Target;
        Target = new TargetUse(target);
        return old;
    }

    /// <summary>
    /// The timer has fired, perhaps some milliseconds early: it must be set again, also for the same time, or nobody wakes this destination any more.
    /// Whoever is woken calls it.
    /// </summary>
    public void TimerFired() => _wake = DateTimeOffset.MaxValue;

    public void WakeAt(DateTimeOffset? time, DateTimeOffset now)
    {
        var wake = time ?? DateTimeOffset.MaxValue;
        if (wake == _wake && wake > now)
            return;
        _wake = wake;
        var wait = time is null ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling((wake - now).TotalMilliseconds), 0, int.MaxValue - 1));
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();
}
