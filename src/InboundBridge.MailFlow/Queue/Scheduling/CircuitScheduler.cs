using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract.Nodes;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>The scheduler's steps about circuits, where several nodes share the store.</summary>
internal sealed class CircuitScheduler(SchedulerState state)
{
    /// <summary>What this node tells the others.</summary>
    public List<CircuitView> ListOwn()
    {
        lock (state.Gate)
        {
            var now = state.Time.Now;
            return [.. state.Destinations.Present.Select(destination => OwnOf(destination, now)).OfType<CircuitView>()];
        }
    }

    /// <summary>Takes in the views of all nodes, the oldest first, this node's own among them.</summary>
    public void Join(IReadOnlyList<CircuitView> views)
    {
        lock (state.Gate)
        {
            var now = state.Time.Now;
            var byDestination = views.ToLookup(view => view.Destination, StringComparer.Ordinal);
            foreach (var destination in state.Destinations.Present)
            {
                // A receiver that collects its mail has no circuit.
                if (!destination.Options.OnDemand)
                    Join(destination, [.. byDestination[destination.Options.Name]], now);
            }
        }
    }

    /// <summary>Every view of a destination: this node's as it is now, the others' as they were last read.</summary>
    public IReadOnlyList<OpenCircuit> List(DestinationQueue destination)
    {
        lock (state.Gate)
        {
            var now = state.Time.Now;
            List<OpenCircuit> all = [.. destination.OtherViews.Where(view => view.Until + CircuitView.Grace > now)];
            if (OwnOf(destination, now) is { } own)
                all.Insert(0, OpenCircuit.Of(own, isSelf: true, now));
            return all;
        }
    }

    private void Join(DestinationQueue destination, CircuitView[] views, DateTimeOffset now)
    {
        var self = state.Terms.Owner;
        destination.OtherViews = [.. views.Where(view => view.Node != self).Select(view => OpenCircuit.Of(view, isSelf: false, now))];
        // The node whose circuit opened first probes. Views that this node knows better are passed over.
        var first = Array.Find(views, view => view.Node == self || !destination.Circuit.KnowsBetter(view, now));
        switch (destination.Circuit.Join(first?.Node == self ? null : first, now))
        {
            case CircuitNews.Followed:
                state.Logs.CircuitFollowed(destination.Options.Name, first!.Node, first.Reason);
                break;
            case CircuitNews.Released:
                state.Logs.CircuitReleased(destination.Options.Name);
                state.Starter.Pump(destination);
                break;
        }
    }

    private CircuitView? OwnOf(DestinationQueue destination, DateTimeOffset now) => destination.Options.OnDemand
        ? null
        : destination.Circuit.ViewOf(destination.Options.Name, state.Terms.Owner, destination.IsProbing, now);
}
