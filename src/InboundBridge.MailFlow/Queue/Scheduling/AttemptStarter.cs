using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Events;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// Begins attempts, probes and refills: within each destination's concurrency, rate and circuit, and within its share of the workers.
/// Guarded by the scheduler's lock; nothing here waits.
/// </summary>
internal sealed class AttemptStarter(SteadyClock time, int workers)
{
    /// <summary>
    /// Results of one destination that may wait to be recorded. A crash makes the queue deliver these mails again, so a slow disk must slow
    /// deliveries down too.
    /// </summary>
    public const int MostUnrecorded = 256;

    private readonly Queue<DestinationQueue> _starved = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WorkerShares _shares = new(workers, 0);
    private SchedulerWork? _work;
    private int _busy;
    private int _spoolFailures;

    /// <summary>Attempts at the same time; a change counts from the next <see cref="Share"/> on.</summary>
    public int Workers { get; set; } = workers;

    public bool IsRunning => _work is not null;

    public bool IsStopping { get; private set; }

    public void Start(SchedulerWork work) => _work = work;

    /// <summary>Begins nothing more; the task ends when nothing is under way.</summary>
    public Task StopAsync()
    {
        IsStopping = true;
        if (_busy == 0)
            _idle.TrySetResult();
        return _idle.Task;
    }

    /// <summary>Divides the workers again.</summary>
    /// <param name="present">How many destinations may begin attempts.</param>
    /// <param name="all">All destinations with attempts under way, removed ones included.</param>
    public void Share(int present, IEnumerable<DestinationQueue> all)
    {
        _shares = new WorkerShares(Workers, present);
        _shares.Recount(all);
    }

    /// <summary>A result can't be recorded, so no attempt begins.</summary>
    public bool IsSpoolFailing => _spoolFailures > 0;

    /// <param name="change">1 when a result can't be recorded, -1 when it finally was.</param>
    /// <returns>True when no result waits any more.</returns>
    public bool SpoolFails(int change) => (_spoolFailures += change) <= 0;

    /// <summary>
    /// An attempt begins that the scheduler did not choose: its receiver collects the mail. It takes no worker, because it lasts as long as
    /// the receiver's line needs, and there are no more of them than collections.
    /// </summary>
    public void BeginOnDemand(DestinationQueue destination)
    {
        destination.Active++;
        _busy++;
        destination.Target.Hold();
    }

    /// <summary>An attempt is over and its worker is free, while its result is being recorded.</summary>
    public void AttemptOver(DestinationQueue destination)
    {
        if (!destination.Options.OnDemand)
            _shares.GiveBack(destination);
        destination.Active--;
        destination.Unrecorded++;
    }

    /// <summary>Offers a free worker to the destinations that found none, in the order in which they asked.</summary>
    public void ServeStarved()
    {
        while (_starved.TryDequeue(out var starved))
        {
            starved.IsStarved = false;
            Pump(starved);
            if (starved.IsStarved)
                break;
        }
    }

    /// <summary>
    /// Begins to ask a destination about a mail that is not accepted yet, if an attempt could begin there now and would overtake no other.
    /// </summary>
    public bool TryAsk(DestinationQueue destination)
    {
        if (!IsRunning || IsStopping || _spoolFailures > 0 || destination.PauseReason is not null
            || destination.Circuit.State == CircuitState.Open
            || (destination.Circuit.State == CircuitState.HalfOpen && destination.Active + destination.Asked > 0)
            || destination.Active + destination.Asked >= destination.Options.Concurrency
            || (destination.Options.Order != DeliveryOrder.None && !destination.Backlog.IsEmpty)
            || destination.Rate.TryTake(time.Now, _work?.RateBegins) is not null)
            return false;
        destination.Asked++;
        _busy++;
        destination.Target.Hold();
        return true;
    }

    /// <summary>An attempt with its record, a probe, or asking, is over.</summary>
    public void Ended()
    {
        if (--_busy == 0 && IsStopping)
            _idle.TrySetResult();
    }

    /// <summary>Begins everything at a destination that may begin now, and sets its timer for the next time when something may.</summary>
    public void Pump(DestinationQueue destination)
    {
        if (_work is not { } work || IsStopping || destination.IsRemoved || destination.PauseReason is not null || _spoolFailures > 0
            || destination.Options.OnDemand)
            return;
        var now = time.Now;
        var wake = StartDue(work, destination, now);
        var backlog = destination.Backlog;
        if (backlog.NeedsRefill(now))
        {
            if (backlog.Refill.NotBefore <= now)
                work.Refill(destination, backlog.BeginRefill(destination.Options.Name, now));
            else if (wake is null || backlog.Refill.NotBefore < wake)
                wake = backlog.Refill.NotBefore;
        }
        else if (backlog.AskAgainAt is { } again && again > now && (wake is null || again < wake))
        {
            wake = again;
        }
        destination.WakeAt(wake, now);
    }

    /// <summary>Returns when to look again; null if an event will trigger that.</summary>
    private DateTimeOffset? StartDue(SchedulerWork work, DestinationQueue destination, DateTimeOffset now)
    {
        while (destination.Backlog.Window.Next is { } next)
        {
            if (next.DueAt > now)
                return next.DueAt;
            if (next.ClaimedUntil <= now)
            {
                destination.Backlog.Lose(next);
                continue;
            }
            if (destination.Circuit.State == CircuitState.Open)
                return StartProbe(work, destination, now);
            if (destination.Circuit.State == CircuitState.HalfOpen && destination.Active + destination.Asked > 0)
                return null;
            if (destination.Active + destination.Asked >= destination.Options.Concurrency || destination.Unrecorded >= MostUnrecorded)
                return null;
            if (!_shares.HasRoom(destination))
            {
                if (!destination.IsStarved)
                    _starved.Enqueue(destination);
                destination.IsStarved = true;
                return null;
            }
            if (destination.Rate.TryTake(now, work.RateBegins) is { } later)
                return later;
            destination.Backlog.Window.Take(next);
            _shares.Take(destination);
            destination.Active++;
            _busy++;
            destination.Target.Hold();
            work.Attempt(destination, next);
        }
        return null;
    }

    private DateTimeOffset? StartProbe(SchedulerWork work, DestinationQueue destination, DateTimeOffset now)
    {
        if (destination.IsProbing)
            return null;
        if (now < destination.Circuit.ProbeAt)
            return destination.Circuit.ProbeAt;
        destination.IsProbing = true;
        _busy++;
        destination.Target.Hold();
        work.Probe(destination);
        return null;
    }
}
