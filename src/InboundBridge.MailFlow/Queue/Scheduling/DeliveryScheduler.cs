using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// Keeps account of every delivery that is open: what arrives, what an attempt came to, what an operator changes. One lock over short steps; nothing in here
/// waits. It owns no durable state: the spool has every delivery, and what is in memory (windows, places in an order, circuits) is built anew from it.
/// </summary>
internal sealed class DeliveryScheduler(SteadyClock time, TimeProvider clock, MailQueueOptions options, QueueLogs logs, AttemptStarter starter)
{
    /// <summary>After an attempt that broke without an outcome: a fault of ours, which must not become a busy loop.</summary>
    private static readonly TimeSpan UnrecordedWait = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, DestinationQueue> _destinations = new(StringComparer.Ordinal);

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

    public int Workers
    {
        get
        {
            lock (_gate)
                return starter.Workers;
        }
    }

    /// <summary>Returns the targets that nothing new will use.</summary>
    /// <param name="workers">Attempts at the same time over all destinations; null: as before.</param>
    public List<TargetUse> Replace(IReadOnlyList<(DestinationOptions Options, IDeliveryTarget Target)> wanted, int? workers = null)
    {
        var retired = new List<TargetUse>();
        lock (_gate)
        {
            starter.Workers = workers ?? starter.Workers;
            foreach (var gone in _destinations.Values.Where(old => !old.IsRemoved && wanted.All(one => one.Options.Name != old.Options.Name)).ToList())
                Remove(gone, retired);
            foreach (var (settings, target) in wanted)
                AddOrReplace(settings, target, retired);
            var present = _destinations.Values.Where(destination => !destination.IsRemoved).ToList();
            starter.Share(present.Count, _destinations.Values);
            foreach (var destination in present)
                starter.Pump(destination);
        }
        return retired;
    }

    public void Start(IReadOnlyDictionary<string, string> pauses)
    {
        lock (_gate)
        {
            starter.Start();
            foreach (var destination in _destinations.Values)
            {
                destination.PauseReason = pauses.GetValueOrDefault(destination.Options.Name);
                destination.Backlog.Window.LeaveInSpool(DateTimeOffset.MinValue);
                starter.Pump(destination);
            }
        }
    }

    /// <summary>Begins nothing more; the task ends when nothing is under way.</summary>
    public Task StopAsync()
    {
        lock (_gate)
            return starter.StopAsync();
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
                arrivals.Add(new Arrival(destination, delivery.NextAttemptAt, starter.IsRunning ? destination.Backlog.Register(delivery, message) : null));
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
                    destination.Backlog.Leave(dueAt);
                else if (queued.Override is { State: not (DeliveryState.Pending or DeliveryState.Retrying) } || destination.IsRemoved)
                    destination.Backlog.Forget(queued);
                else
                    destination.Backlog.Window.Add(queued);
                destination.Backlog.Trim();
                starter.Pump(destination);
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
                    destination.Backlog.Forget(queued);
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
            starter.AttemptOver(destination);
            if (pause is not null)
                destination.PauseReason = pause;
            var now = time.Now;
            if (evidence == CircuitEvidence.Failure && destination.Circuit.RecordFailure(now))
                logs.CircuitOpened(destination.Options.Name);
            else if (evidence == CircuitEvidence.Answer && destination.Circuit.RecordAnswer())
                logs.CircuitClosed(destination.Options.Name);
            starter.ServeStarved();
            starter.Pump(destination);
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
            if (!isOpen || destination.IsRemoved || starter.IsStopping)
                destination.Backlog.Forget(queued);
            else
                destination.Backlog.PutBack(queued, isRecorded: recorded is not null);
            destination.Backlog.Trim();
            starter.Ended();
            starter.Pump(destination);
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
            destination.Backlog.Refill.Invalidate();
            if (destination.Backlog.Find(changed.Id) is { } queued)
            {
                if (queued.State != QueuedState.Waiting)
                {
                    queued.Override = changed;
                    return;
                }
                destination.Backlog.Forget(queued);
            }
            if (changed.State is DeliveryState.Pending or DeliveryState.Retrying)
                destination.Backlog.Leave(changed.NextAttemptAt);
            starter.Pump(destination);
        }
    }

    public void SetPause(DestinationQueue destination, string? reason)
    {
        lock (_gate)
        {
            destination.PauseReason = reason;
            if (reason is null && destination.Circuit.RecordAnswer())
                logs.CircuitClosed(destination.Options.Name);
            starter.Pump(destination);
        }
    }

    public void Refilled(DestinationQueue destination, DueRequest request, IReadOnlyList<DueDelivery> found)
    {
        lock (_gate)
        {
            destination.Backlog.EndRefill(request, found, latest: time.Now + RetrySchedule.LongestWait(destination.Options.Retry));
            starter.Pump(destination);
        }
    }

    public void RefillFailed(DestinationQueue destination)
    {
        lock (_gate)
        {
            destination.Backlog.Refill.End();
            destination.Backlog.Refill.NotBefore = time.Now + options.SpoolRetry;
            starter.Pump(destination);
        }
    }

    public void Probed(DestinationQueue destination, bool answered)
    {
        lock (_gate)
        {
            destination.IsProbing = false;
            destination.Circuit.RecordProbe(answered, time.Now);
            starter.Ended();
            starter.Pump(destination);
        }
    }

    /// <summary>While the spool can't record, nothing is attempted: what is delivered unrecorded would be delivered again.</summary>
    public void SpoolFails(int change)
    {
        lock (_gate)
        {
            if (!starter.SpoolFails(change))
                return;
            foreach (var destination in _destinations.Values)
                starter.Pump(destination);
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
                known.Backlog.Window.LeaveInSpool(DateTimeOffset.MinValue);
            return;
        }
        var added = new DestinationQueue(settings, target, options.Window, clock, time.Now, Wake);
        if (starter.IsRunning)
            added.Backlog.Window.LeaveInSpool(DateTimeOffset.MinValue);
        _destinations[settings.Name] = added;
    }

    /// <summary>Its open deliveries stay in the spool until it is configured again.</summary>
    private void Remove(DestinationQueue gone, List<TargetUse> retired)
    {
        gone.IsRemoved = true;
        gone.Backlog.ForgetWaiting();
        gone.WakeAt(null, time.Now);
        retired.Add(gone.Target);
    }

    private void Wake(DestinationQueue destination)
    {
        lock (_gate)
        {
            destination.TimerFired();
            starter.Pump(destination);
        }
    }
}
