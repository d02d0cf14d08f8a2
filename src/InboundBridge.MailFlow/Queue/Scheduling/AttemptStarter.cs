using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// Begins what may begin: attempts, probes and refills, within each destination's concurrency, rate and circuit and the share of the workers that it has.
/// Guarded by the scheduler's lock; nothing in here waits.
/// </summary>
internal sealed class AttemptStarter(SteadyClock time, int workers)
{
    /// <summary>What was delivered and not yet recorded is delivered again after a crash; so a slow disk slows the deliveries too.</summary>
    private const int MostUnrecorded = 256;

    private readonly Queue<DestinationQueue> _starved = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WorkerShares _shares = new(workers, 0);
    private int _busy;
    private int _spoolFailures;

    /// <summary>Begins an attempt, off this thread.</summary>
    public required Action<DestinationQueue, QueuedDelivery> Begin { get; init; }

    /// <summary>Reads the spool for a window, off this thread, and calls <see cref="DeliveryScheduler.Refilled"/> or <see cref="DeliveryScheduler.RefillFailed"/>.</summary>
    public required Action<DestinationQueue, DueRequest> Read { get; init; }

    /// <summary>Asks a destination whether it is there, off this thread, and calls <see cref="DeliveryScheduler.Probed"/>.</summary>
    public required Action<DestinationQueue> Probe { get; init; }

    /// <summary>Attempts at the same time; a change counts from the next <see cref="Share"/> on.</summary>
    public int Workers { get; set; } = workers;

    public bool IsRunning { get; private set; }

    public bool IsStopping { get; private set; }

    public void Start() => IsRunning = true;

    /// <summary>Begins nothing more; the task ends when nothing is under way.</summary>
    public Task StopAsync()
    {
        IsStopping = true;
        if (_busy == 0)
            _idle.TrySetResult();
        return _idle.Task;
    }

    /// <summary>Divides the workers anew.</summary>
    /// <param name="present">The destinations that may begin something.</param>
    /// <param name="all">Those too that have been removed while attempts are under way.</param>
    public void Share(int present, IEnumerable<DestinationQueue> all)
    {
        _shares = new WorkerShares(Workers, present);
        _shares.Recount(all);
    }

    /// <returns>True when the last of the failures is over.</returns>
    public bool SpoolFails(int change) => (_spoolFailures += change) <= 0;

    /// <summary>An attempt is over and its worker free, while its record is still under way.</summary>
    public void AttemptOver(DestinationQueue destination)
    {
        _shares.GiveBack(destination);
        destination.Active--;
        destination.Unrecorded++;
    }

    /// <summary>A worker is free: first for those that had none.</summary>
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

    /// <summary>An attempt with its record, or a probe, is over.</summary>
    public void Ended()
    {
        if (--_busy == 0 && IsStopping)
            _idle.TrySetResult();
    }

    /// <summary>Begins what may begin at a destination, and sets its timer for what comes next.</summary>
    public void Pump(DestinationQueue destination)
    {
        if (!IsRunning || IsStopping || destination.IsRemoved || destination.PauseReason is not null || _spoolFailures > 0)
            return;
        var now = time.Now;
        var wake = StartDue(destination, now);
        var backlog = destination.Backlog;
        if (backlog.NeedsRefill)
        {
            if (backlog.Refill.NotBefore <= now)
                Read(destination, backlog.BeginRefill(destination.Options.Name));
            else if (wake is null || backlog.Refill.NotBefore < wake)
                wake = backlog.Refill.NotBefore;
        }
        destination.WakeAt(wake, now);
    }

    /// <summary>Returns when to look again; null when something else will tell.</summary>
    private DateTimeOffset? StartDue(DestinationQueue destination, DateTimeOffset now)
    {
        while (destination.Backlog.Window.Next is { } next)
        {
            if (next.DueAt > now)
                return next.DueAt;
            if (destination.Circuit.State == CircuitState.Open)
                return StartProbe(destination, now);
            if (destination.Circuit.State == CircuitState.HalfOpen && destination.Active > 0)
                return null;
            if (destination.Active >= destination.Options.Concurrency || destination.Unrecorded >= MostUnrecorded)
                return null;
            if (!_shares.HasRoom(destination))
            {
                if (!destination.IsStarved)
                    _starved.Enqueue(destination);
                destination.IsStarved = true;
                return null;
            }
            if (destination.Rate.TryTake(now) is { } later)
                return later;
            destination.Backlog.Window.Take(next);
            _shares.Take(destination);
            destination.Active++;
            _busy++;
            destination.Target.Hold();
            Begin(destination, next);
        }
        return null;
    }

    private DateTimeOffset? StartProbe(DestinationQueue destination, DateTimeOffset now)
    {
        if (destination.IsProbing)
            return null;
        if (now < destination.Circuit.ProbeAt)
            return destination.Circuit.ProbeAt;
        destination.IsProbing = true;
        _busy++;
        destination.Target.Hold();
        Probe(destination);
        return null;
    }
}
