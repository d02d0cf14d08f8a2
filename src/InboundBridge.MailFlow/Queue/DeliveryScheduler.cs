using InboundBridge.MailFlow.Spool;

namespace InboundBridge.MailFlow.Queue;

/// <summary>
/// Decides which delivery is tried when. One lock over short steps; nothing in here waits. It owns no durable state: the spool has every delivery, and what is in
/// memory (windows, places in an order, circuits) is built anew from it.
/// </summary>
internal sealed class DeliveryScheduler(SteadyClock time, TimeProvider clock, MailQueueOptions options, QueueLogs logs)
{
    /// <summary>After an attempt that broke without an outcome: a fault of ours, which must not become a busy loop.</summary>
    private static readonly TimeSpan UnrecordedWait = TimeSpan.FromMinutes(1);

    /// <summary>What was delivered and not yet recorded is delivered again after a crash; so a slow disk slows the deliveries too.</summary>
    private const int MostUnrecorded = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, DestinationQueue> _destinations = new(StringComparer.Ordinal);
    private readonly Queue<DestinationQueue> _starved = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WorkerShares _shares = new(options.Workers, 0);
    private int _busy;
    private int _spoolFailures;
    private bool _isRunning;
    private bool _isStopping;

    /// <summary>Begins an attempt, off this thread.</summary>
    public required Action<DestinationQueue, QueuedDelivery> Begin { get; init; }

    /// <summary>Reads the spool for a window, off this thread, and calls <see cref="Refilled"/> or <see cref="RefillFailed"/>.</summary>
    public required Action<DestinationQueue, DueRequest> Read { get; init; }

    /// <summary>Asks a destination whether it is there, off this thread, and calls <see cref="Probed"/>.</summary>
    public required Action<DestinationQueue> Probe { get; init; }

    public IReadOnlyList<DestinationQueue> Destinations
    {
        get
        {
            lock (_gate)
                return [.. _destinations.Values.Where(destination => !destination.IsRemoved)];
        }
    }

    public DestinationQueue? Find(string name)
    {
        lock (_gate)
            return _destinations.TryGetValue(name, out var destination) && !destination.IsRemoved ? destination : null;
    }

    /// <summary>Returns the targets that nothing new will use.</summary>
    public List<TargetUse> Replace(IReadOnlyList<(DestinationOptions Options, IDeliveryTarget Target)> wanted)
    {
        var retired = new List<TargetUse>();
        lock (_gate)
        {
            foreach (var gone in _destinations.Values.Where(old => !old.IsRemoved && wanted.All(one => one.Options.Name != old.Options.Name)).ToList())
                Remove(gone, retired);
            foreach (var (settings, target) in wanted)
                AddOrReplace(settings, target, retired);
            var present = _destinations.Values.Where(destination => !destination.IsRemoved).ToList();
            _shares = new WorkerShares(options.Workers, present.Count);
            _shares.Recount(_destinations.Values);
            foreach (var destination in present)
                Pump(destination);
        }
        return retired;
    }

    public void Start(IReadOnlyDictionary<string, string> pauses)
    {
        lock (_gate)
        {
            _isRunning = true;
            foreach (var destination in _destinations.Values)
            {
                destination.PauseReason = pauses.GetValueOrDefault(destination.Options.Name);
                destination.Window.LeaveInSpool(DateTimeOffset.MinValue);
                Pump(destination);
            }
        }
    }

    /// <summary>Begins nothing more; the task ends when nothing is under way.</summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            _isStopping = true;
            if (_busy == 0)
                _idle.TrySetResult();
        }
        return _idle.Task;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var destination in _destinations.Values)
                destination.Dispose();
        }
    }

    /// <summary>Takes the places of deliveries whose commit is about to begin, so that nobody takes them out of the spool meanwhile.</summary>
    public List<Arrival> Register(SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries)
    {
        var arrivals = new List<Arrival>(deliveries.Count);
        lock (_gate)
        {
            foreach (var delivery in deliveries)
            {
                if (delivery.State is not (DeliveryState.Pending or DeliveryState.Retrying) ||
                    !_destinations.TryGetValue(delivery.Destination, out var destination) || destination.IsRemoved)
                    continue;
                var wanted = _isRunning && destination.Window.Wants(delivery.NextAttemptAt);
                // An order is kept by what reads the spool alone while it reads.
                if (!wanted || (destination.Window.ByAge && destination.Refill.IsRunning))
                {
                    arrivals.Add(new Arrival(destination, delivery.NextAttemptAt, null));
                    continue;
                }
                var queued = new QueuedDelivery(delivery, message);
                destination.Known[delivery.Id] = queued;
                destination.Window.Reserve(queued);
                arrivals.Add(new Arrival(destination, delivery.NextAttemptAt, queued));
            }
        }
        return arrivals;
    }

    /// <summary>They are durable: they may be tried.</summary>
    public void Arrived(List<Arrival> arrivals)
    {
        lock (_gate)
        {
            foreach (var (destination, dueAt, queued) in arrivals)
            {
                if (queued is null)
                    Leave(destination, dueAt);
                else if (queued.Override is { State: not (DeliveryState.Pending or DeliveryState.Retrying) } || destination.IsRemoved)
                    Forget(destination, queued);
                else
                    destination.Window.Add(queued);
                Trim(destination);
                Pump(destination);
            }
        }
    }

    /// <summary>Their commit failed: they never were.</summary>
    public void Withdraw(List<Arrival> arrivals)
    {
        lock (_gate)
        {
            foreach (var (destination, _, queued) in arrivals)
            {
                if (queued is not null)
                    Forget(destination, queued);
            }
        }
    }

    /// <summary>The attempt is over: its place is free, and what it tells of the destination counts. Its record is still under way.</summary>
    /// <returns>What an operator made of it meanwhile.</returns>
    public SpooledDelivery? AttemptOver(DestinationQueue destination, QueuedDelivery queued, CircuitEvidence evidence, string? pause)
    {
        lock (_gate)
        {
            queued.State = QueuedState.Settling;
            _shares.GiveBack(destination);
            destination.Active--;
            destination.Unrecorded++;
            if (pause is not null)
                destination.PauseReason = pause;
            var now = time.Now;
            if (evidence == CircuitEvidence.Failure && destination.Circuit.RecordFailure(now))
                logs.CircuitOpened(destination.Options.Name);
            else if (evidence == CircuitEvidence.Answer && destination.Circuit.RecordAnswer())
                logs.CircuitClosed(destination.Options.Name);
            while (_starved.TryDequeue(out var starved))
            {
                starved.IsStarved = false;
                Pump(starved);
                if (starved.IsStarved)
                    break;
            }
            Pump(destination);
            return queued.Override;
        }
    }

    /// <summary>Its record is durable, or (null) nothing was recorded and the spool still has it as it was.</summary>
    /// <returns>False: an operator has cancelled it since, and that must be recorded on top.</returns>
    public bool Settled(DestinationQueue destination, QueuedDelivery queued, SpooledDelivery? recorded)
    {
        lock (_gate)
        {
            var isOpen = recorded is null or { State: DeliveryState.Pending or DeliveryState.Retrying };
            if (recorded is not null && isOpen && queued.Override is { State: DeliveryState.Cancelled })
                return false;
            destination.Unrecorded--;
            queued.Delivery = recorded ?? queued.Delivery;
            queued.DueAt = recorded?.NextAttemptAt ?? time.Now + UnrecordedWait;
            if (!isOpen || destination.IsRemoved || _isStopping)
                Forget(destination, queued);
            else if (recorded is null || destination.Window.ByAge || destination.Window.Wants(queued.DueAt))
                destination.Window.Add(queued);
            else
                LeaveKnown(destination, queued);
            Trim(destination);
            if (--_busy == 0 && _isStopping)
                _idle.TrySetResult();
            Pump(destination);
            return true;
        }
    }

    /// <summary>An operator changed it in the spool.</summary>
    public void Changed(SpooledDelivery changed)
    {
        lock (_gate)
        {
            if (!_destinations.TryGetValue(changed.Destination, out var destination))
                return;
            destination.Refill.Invalidate();
            if (destination.Known.TryGetValue(changed.Id, out var queued))
            {
                if (queued.State != QueuedState.Waiting)
                {
                    queued.Override = changed;
                    return;
                }
                Forget(destination, queued);
            }
            if (changed.State is DeliveryState.Pending or DeliveryState.Retrying)
                Leave(destination, changed.NextAttemptAt);
            Pump(destination);
        }
    }

    public void SetPause(DestinationQueue destination, string? reason)
    {
        lock (_gate)
        {
            destination.PauseReason = reason;
            if (reason is null && destination.Circuit.RecordAnswer())
                logs.CircuitClosed(destination.Options.Name);
            Pump(destination);
        }
    }

    public void Refilled(DestinationQueue destination, DueRequest request, IReadOnlyList<DueDelivery> found)
    {
        lock (_gate)
        {
            var refill = destination.Refill;
            if (refill.End() && request.ByAge == destination.Window.ByAge)
            {
                var latest = time.Now + RetrySchedule.LongestWait(destination.Options.Retry);
                foreach (var due in found.Where(due => !destination.Known.ContainsKey(due.Delivery.Id) && !refill.IsStale(due.Delivery.Id)))
                {
                    var queued = new QueuedDelivery(due.Delivery, due.Message);
                    // Written under a clock that was ahead of this one.
                    if (queued.DueAt > latest)
                        queued.DueAt = latest;
                    destination.Known[due.Delivery.Id] = queued;
                    destination.Window.Reserve(queued);
                    destination.Window.Add(queued);
                }
                var horizon = found.Count < request.Limit ? DateTimeOffset.MaxValue : found[^1].Delivery.NextAttemptAt;
                destination.Window.SawSpool(horizon < refill.LeftMeanwhile ? horizon : refill.LeftMeanwhile);
                Trim(destination);
            }
            Pump(destination);
        }
    }

    public void RefillFailed(DestinationQueue destination)
    {
        lock (_gate)
        {
            destination.Refill.End();
            destination.Refill.NotBefore = time.Now + options.SpoolRetry;
            Pump(destination);
        }
    }

    public void Probed(DestinationQueue destination, bool answered)
    {
        lock (_gate)
        {
            destination.IsProbing = false;
            destination.Circuit.RecordProbe(answered, time.Now);
            if (--_busy == 0 && _isStopping)
                _idle.TrySetResult();
            Pump(destination);
        }
    }

    /// <summary>While the spool can't record, nothing is attempted: what is delivered unrecorded would be delivered again.</summary>
    public void SpoolFails(int change)
    {
        lock (_gate)
        {
            _spoolFailures += change;
            if (_spoolFailures > 0)
                return;
            foreach (var destination in _destinations.Values)
                Pump(destination);
        }
    }

    private void AddOrReplace(DestinationOptions settings, IDeliveryTarget target, List<TargetUse> retired)
    {
        if (_destinations.TryGetValue(settings.Name, out var known))
        {
            var wasRemoved = known.IsRemoved;
            known.IsRemoved = false;
            if (known.Replace(settings, target, options.Window) is { } old && !wasRemoved)
                retired.Add(old);
            if (wasRemoved)
                known.Window.LeaveInSpool(DateTimeOffset.MinValue);
            return;
        }
        var added = new DestinationQueue(settings, target, options.Window, clock, time.Now, Wake);
        if (_isRunning)
            added.Window.LeaveInSpool(DateTimeOffset.MinValue);
        _destinations[settings.Name] = added;
    }

    /// <summary>Its open deliveries stay in the spool until it is configured again.</summary>
    private void Remove(DestinationQueue gone, List<TargetUse> retired)
    {
        gone.IsRemoved = true;
        gone.Refill.Invalidate();
        gone.WakeAt(null, time.Now);
        foreach (var waiting in gone.Known.Values.Where(delivery => delivery.State == QueuedState.Waiting).ToList())
            Forget(gone, waiting);
        retired.Add(gone.Target);
    }

    private void Wake(DestinationQueue destination)
    {
        lock (_gate)
        {
            destination.TimerFired();
            Pump(destination);
        }
    }

    private static void Forget(DestinationQueue destination, QueuedDelivery queued)
    {
        destination.Window.Release(queued);
        destination.Known.Remove(queued.Delivery.Id);
        destination.Refill.Changed(queued.Delivery.Id);
    }

    private static void Leave(DestinationQueue destination, DateTimeOffset dueAt)
    {
        destination.Window.LeaveInSpool(dueAt);
        destination.Refill.Left(dueAt);
    }

    private static void LeaveKnown(DestinationQueue destination, QueuedDelivery queued)
    {
        Forget(destination, queued);
        Leave(destination, queued.DueAt);
    }

    private static void Trim(DestinationQueue destination)
    {
        foreach (var late in destination.Window.Trim())
        {
            destination.Known.Remove(late.Delivery.Id);
            destination.Refill.Changed(late.Delivery.Id);
            destination.Refill.Left(late.DueAt);
        }
    }

    private void Pump(DestinationQueue destination)
    {
        if (!_isRunning || _isStopping || destination.IsRemoved || destination.PauseReason is not null || _spoolFailures > 0)
            return;
        var now = time.Now;
        var wake = StartDue(destination, now);
        if (NeedsRefill(destination))
        {
            if (destination.Refill.NotBefore <= now)
                StartRefill(destination);
            else if (wake is null || destination.Refill.NotBefore < wake)
                wake = destination.Refill.NotBefore;
        }
        destination.WakeAt(wake, now);
    }

    /// <summary>Returns when to look again; null when something else will tell.</summary>
    private DateTimeOffset? StartDue(DestinationQueue destination, DateTimeOffset now)
    {
        while (destination.Window.Next is { } next)
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
            destination.Window.Take(next);
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

    private static bool NeedsRefill(DestinationQueue destination)
    {
        var window = destination.Window;
        if (!window.HasMore || destination.Refill.IsRunning)
            return false;
        return window.Count < window.Limit / 2 || (!window.ByAge && window.Next is { } next && window.Horizon < next.DueAt);
    }

    private void StartRefill(DestinationQueue destination)
    {
        destination.Refill.Begin();
        Read(destination, new DueRequest(destination.Options.Name, destination.Window.ByAge, destination.Window.Limit + destination.Known.Count));
    }
}
