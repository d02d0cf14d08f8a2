using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>The scheduler's steps about destinations: the configuration, start and stop, pauses and probes.</summary>
internal sealed class DestinationScheduler(SchedulerState state)
{
    public IReadOnlyList<DestinationQueue> Destinations
    {
        get
        {
            lock (state.Gate)
                return state.Destinations.Present;
        }
    }

    public int Workers
    {
        get
        {
            lock (state.Gate)
                return state.Starter.Workers;
        }
    }

    /// <summary>Counts the changes to pauses that this process made; see <see cref="FollowPauses"/>.</summary>
    public long PauseChanges
    {
        get
        {
            lock (state.Gate)
                return state.PauseChanges;
        }
    }

    public DestinationQueue? Find(string name)
    {
        lock (state.Gate)
            return state.Destinations.Find(name);
    }

    /// <summary>Replaces the destinations, and returns the targets that no new attempt will use.</summary>
    /// <param name="workers">Attempts at the same time over all destinations; null: as before.</param>
    public List<TargetUse> Replace(IReadOnlyList<(DestinationOptions Options, IDeliveryTarget Target)> wanted, int? workers = null)
    {
        lock (state.Gate)
        {
            state.Starter.Workers = workers ?? state.Starter.Workers;
            var retired = state.Destinations.Replace(wanted, state.Starter.IsRunning);
            var present = state.Destinations.Present;
            state.Starter.Share(present.Count(destination => !destination.Options.OnDemand), state.Destinations.All);
            foreach (var destination in present)
                state.Starter.Pump(destination);
            return retired;
        }
    }

    public void Start(SchedulerWork work, IReadOnlyDictionary<string, string> pauses)
    {
        lock (state.Gate)
        {
            state.Starter.Start(work);
            foreach (var destination in state.Destinations.All)
            {
                destination.PauseReason = pauses.GetValueOrDefault(destination.Options.Name);
                destination.Backlog.Window.LeaveInSpool(DateTimeOffset.MinValue);
                state.Starter.Pump(destination);
            }
        }
    }

    /// <summary>Begins nothing more; the task ends when nothing is under way.</summary>
    public Task StopAsync()
    {
        lock (state.Gate)
            return state.Starter.StopAsync();
    }

    public void Dispose()
    {
        lock (state.Gate)
        {
            foreach (var destination in state.Destinations.All)
                destination.Dispose();
        }
    }

    /// <summary>A pause, or its end (null), that is stored.</summary>
    public void SetPause(DestinationQueue destination, string? reason)
    {
        lock (state.Gate)
        {
            state.Pause(destination, reason, isStored: true);
            if (reason is null && destination.Circuit.RecordAnswer(state.AnswerTime))
                state.Logs.CircuitClosed(destination.Options.Name);
            state.Starter.Pump(destination);
        }
    }

    /// <summary>The spool has a pause that an attempt began.</summary>
    public void PauseStored(DestinationQueue destination, string reason)
    {
        lock (state.Gate)
        {
            if (destination.PauseReason == reason)
                state.Pause(destination, reason, isStored: true);
        }
    }

    /// <summary>Follows the pauses of the spool, which another node may have changed.</summary>
    /// <param name="changes">
    /// <see cref="PauseChanges"/> before they were read: where this process has changed one since, they are out of date.
    /// </param>
    public void FollowPauses(IReadOnlyDictionary<string, string> pauses, long changes)
    {
        lock (state.Gate)
        {
            if (changes != state.PauseChanges)
                return;
            foreach (var destination in state.Destinations.All)
            {
                var reason = pauses.GetValueOrDefault(destination.Options.Name);
                if (!destination.IsPauseStored || reason == destination.PauseReason)
                    continue;
                destination.PauseReason = reason;
                state.Logs.PauseFollowed(destination.Options.Name, reason);
                state.Starter.Pump(destination);
            }
        }
    }

    /// <summary>Pauses that a commit has found: nothing that it stored for their destinations is attempted.</summary>
    public void PausesFound(IReadOnlyDictionary<string, string> pauses)
    {
        lock (state.Gate)
        {
            foreach (var (name, reason) in pauses)
            {
                if (state.Destinations.Find(name) is { } destination)
                    state.PauseFound(destination, reason);
            }
        }
    }

    /// <summary>The destinations with a rate to which this node delivers now.</summary>
    public List<string> ListRated()
    {
        lock (state.Gate)
        {
            var now = state.Time.Now;
            return
            [
                .. state.Destinations.Present.Where(destination => destination.Rate.IsUsed(now))
                    .Select(destination => destination.Options.Name),
            ];
        }
    }

    /// <param name="nodes">How many nodes deliver to each of them, this one included.</param>
    public void ShareRates(List<string> names, IReadOnlyList<int> nodes)
    {
        lock (state.Gate)
        {
            for (var index = 0; index < names.Count; index++)
            {
                if (state.Destinations.Find(names[index]) is not { } destination)
                    continue;
                destination.Rate.ShareWith(nodes[index], state.Time.Now);
                state.Starter.Pump(destination);
            }
        }
    }

    /// <param name="reason">What an unanswered probe ended with, where that is known.</param>
    public void Probed(DestinationQueue destination, bool answered, string? reason = null)
    {
        lock (state.Gate)
        {
            destination.IsProbing = false;
            destination.Circuit.RecordProbe(answered, state.Time.Now, reason);
            state.Starter.Ended();
            state.Starter.Pump(destination);
        }
    }
}
