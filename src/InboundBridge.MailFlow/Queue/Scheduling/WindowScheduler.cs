using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>The scheduler's steps about windows and claims: what the spool handed out, what was renewed, what is given back.</summary>
internal sealed class WindowScheduler(SchedulerState state)
{
    public void Refilled(DestinationQueue destination, ClaimRequest request, ClaimResult result)
    {
        lock (state.Gate)
        {
            destination.Backlog.EndRefill(request, result, latest: state.Time.Now + RetrySchedule.LongestWait(destination.Options.Retry));
            // A pause that this process may have ended since the spool was asked: it is asked again soon.
            if (result.Pause is { } pause && !state.PauseFound(destination, pause))
                destination.Backlog.Refill.NotBefore = state.Time.Now + state.Options.SpoolRetry;
            state.Starter.Pump(destination);
        }
    }

    public void RefillFailed(DestinationQueue destination)
    {
        lock (state.Gate)
        {
            destination.Backlog.Refill.End();
            destination.Backlog.Refill.NotBefore = state.Time.Now + state.Options.SpoolRetry;
            state.Starter.Pump(destination);
        }
    }

    /// <summary>The claims that have to be renewed.</summary>
    public List<(DestinationQueue Destination, QueuedDelivery Queued)> ListClaims()
    {
        lock (state.Gate)
            return [.. state.Destinations.All.SelectMany(
                destination => destination.Backlog.Claimed.Select(queued => (destination, queued)))];
    }

    /// <param name="lost">The ids of deliveries that have other owners now.</param>
    public void Renewed(
        List<(DestinationQueue Destination, QueuedDelivery Queued)> claims, DateTimeOffset until, IReadOnlyList<string> lost)
    {
        lock (state.Gate)
        {
            foreach (var (destination, queued) in claims)
            {
                if (!lost.Contains(queued.Delivery.Id, StringComparer.Ordinal))
                    queued.ClaimedUntil = until;
                else if (queued.State == QueuedState.Waiting && destination.Backlog.Find(queued.Delivery.Id) == queued)
                    destination.Backlog.Lose(queued);
            }
        }
    }

    /// <summary>The destinations whose deliveries are claimed for windows.</summary>
    public List<string> ListNames()
    {
        lock (state.Gate)
            return [.. state.Destinations.Present.Where(destination => !destination.Options.OnDemand)
                .Select(destination => destination.Options.Name)];
    }

    /// <summary>Other owners have left deliveries: asks the spool for them when they are due.</summary>
    /// <param name="free">When the first of each destination is due.</param>
    public void LookAgain(IReadOnlyDictionary<string, DateTimeOffset> free)
    {
        lock (state.Gate)
        {
            foreach (var (name, due) in free)
            {
                if (state.Destinations.Find(name) is { } destination)
                    LookAgain(destination, due);
            }
        }
    }

    /// <summary>Other owners may have added deliveries, or given some back: asks the spool for every destination.</summary>
    public void LookAgain()
    {
        lock (state.Gate)
        {
            foreach (var destination in state.Destinations.All)
                LookAgain(destination, state.Time.Now);
        }
    }

    /// <summary>Another owner has left deliveries of a destination: asks the spool for them.</summary>
    public void LookAgain(string name)
    {
        lock (state.Gate)
        {
            if (state.Destinations.Find(name) is { } destination)
                LookAgain(destination, state.Time.Now);
        }
    }

    /// <summary>Inside the lock.</summary>
    private void LookAgain(DestinationQueue destination, DateTimeOffset due)
    {
        destination.Backlog.Leave(due);
        state.Starter.Pump(destination);
    }

    /// <summary>Gives back the claims on everything that waits.</summary>
    public void GiveBackAll()
    {
        lock (state.Gate)
        {
            foreach (var destination in state.Destinations.All)
                destination.Backlog.GiveBackWaiting();
        }
    }
}
