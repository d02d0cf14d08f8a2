using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// The destinations of the configuration, and removed ones with attempts that have yet to end. Guarded by the scheduler's lock.
/// </summary>
/// <param name="wake">Called when a destination's timer fires.</param>
internal sealed class DestinationTable(
    SteadyClock time, TimeProvider clock, MailQueueOptions options, ClaimTerms terms, ReleasedClaims released,
    Action<DestinationQueue> wake)
{
    private readonly Dictionary<string, DestinationQueue> _all = new(StringComparer.Ordinal);

    /// <summary>Removed ones included.</summary>
    public IReadOnlyCollection<DestinationQueue> All => _all.Values;

    public IReadOnlyList<DestinationQueue> Present => [.. _all.Values.Where(destination => !destination.IsRemoved)];

    /// <summary>A destination of the configuration.</summary>
    public DestinationQueue? Find(string name) =>
        _all.TryGetValue(name, out var destination) && !destination.IsRemoved ? destination : null;

    /// <summary>A destination of the configuration, or a removed one.</summary>
    public DestinationQueue? FindAny(string name) => _all.GetValueOrDefault(name);

    /// <summary>Replaces the destinations, and returns the targets that no new attempt will use.</summary>
    /// <param name="isRunning">Their deliveries are in the spool and have to be read from it.</param>
    public List<TargetUse> Replace(IReadOnlyList<(DestinationOptions Options, IDeliveryTarget Target)> wanted, bool isRunning)
    {
        var retired = new List<TargetUse>();
        foreach (var gone in Present.Where(known => wanted.All(one => one.Options.Name != known.Options.Name)))
            retired.Add(Remove(gone));
        foreach (var (settings, target) in wanted)
        {
            if (AddOrReplace(settings, target, isRunning) is { } old)
                retired.Add(old);
        }
        return retired;
    }

    private TargetUse? AddOrReplace(DestinationOptions settings, IDeliveryTarget target, bool isRunning)
    {
        if (_all.TryGetValue(settings.Name, out var known))
        {
            var wasRemoved = known.IsRemoved;
            known.IsRemoved = false;
            if (wasRemoved)
                known.Backlog.Window.LeaveInSpool(DateTimeOffset.MinValue);
            var old = known.Replace(settings, target, options.Window);
            // The target of a removed destination was retired when it was removed.
            return wasRemoved ? null : old;
        }
        var backlog = new DestinationBacklog(settings.Order, options.Window, terms, released);
        var added = new DestinationQueue(settings, target, backlog, clock, time.Now, wake);
        if (isRunning)
            backlog.Window.LeaveInSpool(DateTimeOffset.MinValue);
        _all[settings.Name] = added;
        return null;
    }

    /// <summary>The destination's open deliveries stay in the spool until it is configured again.</summary>
    private TargetUse Remove(DestinationQueue gone)
    {
        gone.IsRemoved = true;
        gone.Backlog.GiveBackWaiting();
        gone.WakeAt(null, time.Now);
        return gone.Target;
    }
}
