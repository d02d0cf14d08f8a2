using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>Everything the scheduler knows of one destination. Guarded by the scheduler's lock.</summary>
internal sealed class DestinationQueue : IDisposable
{
    private readonly ITimer _timer;
    private DateTimeOffset _wake = DateTimeOffset.MaxValue;

    public DestinationQueue(
        DestinationOptions options, IDeliveryTarget target, DestinationBacklog backlog, TimeProvider clock, DateTimeOffset now,
        Action<DestinationQueue> wake)
    {
        Options = options;
        Target = new TargetUse(target);
        Backlog = backlog;
        Circuit = new CircuitBreaker(options.Circuit);
        Rate = new RateGate(options.Rate, options.RatePeriod, now);
        _timer = clock.CreateTimer(_ => wake(this), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public DestinationOptions Options { get; private set; }

    public TargetUse Target { get; private set; }

    public DestinationBacklog Backlog { get; }

    public CircuitBreaker Circuit { get; }

    /// <summary>Other nodes' views, as last heard.</summary>
    public IReadOnlyList<OpenCircuit> OtherViews { get; set; } = [];

    public RateGate Rate { get; }

    /// <summary>
    /// Why no attempts begin; null when they do. The spool has the pause that counts, and the queue asks it from time to time.
    /// </summary>
    public string? PauseReason { get; set; }

    /// <summary>When this process last resumed it: what was read from the spool before may still say that it is paused.</summary>
    public DateTimeOffset ResumedAt { get; set; } = DateTimeOffset.MinValue;

    /// <summary>False while the spool doesn't know of the pause yet.</summary>
    public bool IsPauseStored { get; set; } = true;

    /// <summary>Attempts under way.</summary>
    public int Active { get; set; }

    /// <summary>
    /// Mails about which it is being asked while their senders wait. They count towards its concurrency, and take no worker of the queue.
    /// </summary>
    public int Asked { get; set; }

    /// <summary>Attempts that are over while their results are being recorded.</summary>
    public int Unrecorded { get; set; }

    /// <summary>It has a due delivery and found no free worker.</summary>
    public bool IsStarved { get; set; }

    public bool IsProbing { get; set; }

    public bool IsRemoved { get; set; }

    /// <summary>Its own series, from the first attempt on.</summary>
    public DestinationMetrics? Metrics { get; set; }

    /// <summary>When its oldest open delivery was made, as last read from the spool; for the metrics.</summary>
    public DateTimeOffset? OldestOpen { get; set; }

    /// <summary>Returns the previous target where it was replaced.</summary>
    public TargetUse? Replace(DestinationOptions options, IDeliveryTarget target, int window)
    {
        if (options.Order != Options.Order)
            Backlog.Reorder(options.Order, window);
        if (options.OnDemand != Options.OnDemand)
        {
            // On demand nothing waits in memory; otherwise everything that is due has to be read.
            Backlog.GiveBackWaiting();
            Backlog.Window.LeaveInSpool(DateTimeOffset.MinValue);
        }
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
    /// Whoever is woken by the timer calls this first. The timer may have fired some milliseconds early; without this, setting it for the
    /// same time again would do nothing, and nobody would wake this destination any more.
    /// </summary>
    public void TimerFired() => _wake = DateTimeOffset.MaxValue;

    public void WakeAt(DateTimeOffset? time, DateTimeOffset now)
    {
        var wake = time ?? DateTimeOffset.MaxValue;
        if (wake == _wake && wake > now)
            return;
        _wake = wake;
        var wait = Math.Clamp(Math.Ceiling((wake - now).TotalMilliseconds), 0, int.MaxValue - 1);
        _timer.Change(time is null ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(wait), Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();
}
