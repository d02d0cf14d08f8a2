using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>The scheduler's steps about deliveries: arrivals, results of attempts, changes by operators.</summary>
internal sealed class DeliveryScheduler(SchedulerState state)
{
    /// <summary>
    /// The wait after an attempt that broke without an outcome. That is a bug of ours, which must not become a busy loop.
    /// </summary>
    private static readonly TimeSpan UnrecordedWait = TimeSpan.FromMinutes(1);

    /// <summary>Makes room for deliveries whose commit is about to begin.</summary>
    /// <param name="claims">Those that the commit is to claim: they will be attempted without being read back.</param>
    public List<Arrival> Register(SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries, out NewClaims claims)
    {
        claims = NewClaims.None;
        var arrivals = new List<Arrival>(deliveries.Count);
        lock (state.Gate)
        {
            for (var index = 0; index < deliveries.Count; index++)
            {
                var delivery = deliveries[index];
                if (!DeliveryTransitions.IsOpen(delivery.State) || state.Destinations.Find(delivery.Destination) is not { } destination)
                    continue;
                var queued = state.Starter.IsRunning && index < NewClaims.Most && !destination.Options.OnDemand
                    ? destination.Backlog.Register(delivery, message, state.Time.Now)
                    : null;
                if (queued is not null)
                    claims = claims.With(state.Terms, index);
                arrivals.Add(new Arrival(destination, delivery.NextAttemptAt, queued));
            }
        }
        return arrivals;
    }

    /// <summary>The deliveries are durable: they may be attempted.</summary>
    public void Arrived(List<Arrival> arrivals)
    {
        lock (state.Gate)
        {
            foreach (var (destination, dueAt, queued) in arrivals)
            {
                if (queued is null)
                    destination.Backlog.Leave(dueAt);
                else if (queued.Changed is not null || destination.IsRemoved)
                    GiveBack(destination, queued);
                else
                    destination.Backlog.Window.Add(queued);
                destination.Backlog.Trim();
                state.Starter.Pump(destination);
            }
        }
    }

    /// <summary>The commit failed: the deliveries never were.</summary>
    public void Withdraw(List<Arrival> arrivals)
    {
        lock (state.Gate)
        {
            foreach (var (destination, _, queued) in arrivals)
            {
                if (queued is not null)
                    destination.Backlog.Forget(queued);
            }
        }
    }

    /// <summary>
    /// Deliveries were withdrawn after a commit without an answer, and are durable perhaps. Their claims are given up, so that they can be
    /// claimed and attempted at once: nothing else would end these claims but their expiry.
    /// </summary>
    public void MayBeStored(IEnumerable<Arrival> withdrawn)
    {
        lock (state.Gate)
        {
            foreach (var (destination, dueAt, queued) in withdrawn)
            {
                if (queued is not null)
                    destination.Backlog.GiveUpClaim(queued);
                destination.Backlog.Leave(dueAt);
                state.Starter.Pump(destination);
            }
        }
    }

    /// <summary>
    /// Begins with a delivery that was claimed past the windows, because it is collected or its age is looked at. Ends like an attempt.
    /// </summary>
    /// <returns>Null: nothing begins any more at this destination, and the claim is given up.</returns>
    public BegunDelivery? Begin(DestinationQueue destination, ClaimedDelivery claimed, DateTimeOffset claimedUntil)
    {
        lock (state.Gate)
        {
            if (!MayBegin(destination))
            {
                destination.Backlog.GiveBack(claimed);
                return null;
            }
            state.Starter.BeginOnDemand(destination);
            return new BegunDelivery(destination, destination.Target, destination.Backlog.Take(claimed, claimedUntil));
        }
    }

    /// <summary>
    /// The attempt is over: its worker is free, and what it showed of the destination counts. Its result is still to be recorded.
    /// </summary>
    /// <param name="reply">What it ended with, for people.</param>
    public void AttemptOver(
        DestinationQueue destination, QueuedDelivery queued, CircuitEvidence evidence, string? pause, string? reply = null)
    {
        lock (state.Gate)
        {
            queued.State = QueuedState.Settling;
            state.Starter.AttemptOver(destination);
            state.Learn(destination, evidence, pause, reply);
            state.Starter.ServeStarved();
            state.Starter.Pump(destination);
        }
    }

    /// <summary>The result is durable.</summary>
    /// <param name="recorded">The delivery as it is stored; null when nothing was recorded, and the spool still has it as it was.</param>
    public void Settled(DestinationQueue destination, QueuedDelivery queued, SpooledDelivery? recorded)
    {
        lock (state.Gate)
        {
            Settle(destination, queued, recorded);
            EndSettling(destination);
        }
    }

    /// <summary>The attempt doesn't count: another owner has the delivery now, or it is gone.</summary>
    public void Lost(DestinationQueue destination, QueuedDelivery queued)
    {
        lock (state.Gate)
        {
            destination.Backlog.Lose(queued);
            EndSettling(destination);
        }
    }

    /// <summary>An operator changed the delivery in the spool.</summary>
    public void Changed(SpooledDelivery changed)
    {
        lock (state.Gate)
        {
            if (state.Destinations.FindAny(changed.Destination) is not { } destination)
                return;
            var backlog = destination.Backlog;
            // What a refill has read by now may be the delivery before the change.
            backlog.Refill.Invalidate();
            if (backlog.Find(changed.Id) is { } queued)
            {
                if (queued.State != QueuedState.Waiting)
                {
                    queued.Changed = changed;
                    return;
                }
                backlog.GiveBack(queued);
            }
            if (DeliveryTransitions.IsOpen(changed.State))
                backlog.Leave(changed.NextAttemptAt);
            state.Starter.Pump(destination);
        }
    }

    /// <summary>While a result can't be recorded, no attempt begins: mail that is delivered unrecorded would be delivered again.</summary>
    public void SpoolFails(int change)
    {
        lock (state.Gate)
        {
            if (!state.Starter.SpoolFails(change))
                return;
            foreach (var destination in state.Destinations.All)
                state.Starter.Pump(destination);
        }
    }

    private void Settle(DestinationQueue destination, QueuedDelivery queued, SpooledDelivery? recorded)
    {
        var known = recorded ?? queued.Delivery;
        var latest = queued.Changed is { } changed && changed.Version > known.Version ? changed : recorded;
        queued.Changed = null;
        queued.DueAt = latest?.NextAttemptAt ?? state.Time.Now + UnrecordedWait;
        queued.Delivery = latest ?? known;
        if (!DeliveryTransitions.IsOpen(queued.Delivery.State))
            End(destination, queued, isRecorded: ReferenceEquals(latest, recorded));
        else if (destination.IsRemoved || destination.Options.OnDemand || state.Starter.IsStopping
            || !state.Terms.Covers(state.Time.Now, queued.DueAt))
            GiveBack(destination, queued);
        else
            destination.Backlog.PutBack(queued, isRecorded: latest is not null);
    }

    /// <summary>A recorded end ends the claim too; an operator's change leaves it.</summary>
    private static void End(DestinationQueue destination, QueuedDelivery queued, bool isRecorded)
    {
        if (isRecorded)
            destination.Backlog.Forget(queued);
        else
            destination.Backlog.GiveBack(queued);
    }

    private void EndSettling(DestinationQueue destination)
    {
        destination.Unrecorded--;
        destination.Backlog.Trim();
        state.Starter.Ended();
        state.Starter.Pump(destination);
    }

    /// <summary>Inside the lock.</summary>
    private bool MayBegin(DestinationQueue destination) =>
        state.Starter is { IsRunning: true, IsStopping: false, IsSpoolFailing: false }
        && destination is { IsRemoved: false, Options.OnDemand: true, PauseReason: null };

    /// <summary>Leaves an open delivery to the spool.</summary>
    private static void GiveBack(DestinationQueue destination, QueuedDelivery queued)
    {
        destination.Backlog.GiveBack(queued);
        destination.Backlog.Leave(queued.DueAt);
    }

}
