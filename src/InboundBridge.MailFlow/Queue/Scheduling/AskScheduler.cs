using InboundBridge.MailFlow.Queue.Outcomes;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>The scheduler's steps about mails that are not accepted yet.</summary>
internal sealed class AskScheduler(SchedulerState state)
{
    /// <summary>
    /// Begins to ask a destination. Null: it is paused, busy, over its rate, or does not answer, so the mail goes to the queue without
    /// waiting. Otherwise <see cref="End"/> has to follow, and the release of the target.
    /// </summary>
    public DestinationQueue? TryBegin(string name, out TargetUse? use)
    {
        lock (state.Gate)
        {
            var found = state.Destinations.Find(name) is { Options.Ask: not null } destination && state.Starter.TryAsk(destination)
                ? destination : null;
            use = found?.Target;
            return found;
        }
    }

    /// <param name="pause">Why the destination has to be paused; null otherwise.</param>
    /// <param name="reply">What the destination answered, for people.</param>
    public void End(DestinationQueue destination, CircuitEvidence evidence, string? pause, string? reply)
    {
        lock (state.Gate)
        {
            destination.Asked--;
            state.Learn(destination, evidence, pause, reply);
            state.Starter.Ended();
            state.Starter.Pump(destination);
        }
    }
}
