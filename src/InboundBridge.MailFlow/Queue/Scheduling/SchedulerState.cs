using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// What the queue has in memory, and the lock that guards it. The steps of <see cref="DestinationScheduler"/>, <see
/// cref="WindowScheduler"/> and <see cref="DeliveryScheduler"/> hold the lock for a moment each; none of them waits. Nothing here is
/// durable: the spool has every delivery, and windows, places in an order and circuits are rebuilt from it.
/// </summary>
internal sealed class SchedulerState
{
    /// <summary>Longer than a claim or a commit takes which may have read the pauses before this process resumed a destination.</summary>
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(10);

    public SchedulerState(
        SteadyClock time, TimeProvider clock, MailQueueOptions options, ClaimTerms terms, ReleasedClaims released, QueueLogs logs)
    {
        (Time, Options, Terms, Logs) = (time, options, terms, logs);
        Starter = new AttemptStarter(time, options.Workers);
        Destinations = new DestinationTable(time, clock, options, terms, released, Wake);
    }

    public Lock Gate { get; } = new();

    public SteadyClock Time { get; }

    public MailQueueOptions Options { get; }

    public ClaimTerms Terms { get; }

    public QueueLogs Logs { get; }

    public AttemptStarter Starter { get; }

    public DestinationTable Destinations { get; }

    /// <summary>Counts the changes to pauses that this process made; see <see cref="DestinationScheduler.FollowPauses"/>.</summary>
    public long PauseChanges { get; private set; }

    /// <summary>
    /// Now, where other nodes may have older news of a destination. Where none has, a delivery need not ask for the time.
    /// </summary>
    public DateTimeOffset? AnswerTime => Terms.IsForever ? null : Time.Now;

    /// <summary>Inside the lock: pauses a destination, or resumes it (null).</summary>
    public void Pause(DestinationQueue destination, string? reason, bool isStored)
    {
        PauseChanges++;
        (destination.PauseReason, destination.IsPauseStored) = (reason, isStored);
        if (reason is null)
            destination.ResumedAt = Time.Now;
    }

    /// <summary>Inside the lock: a claim or a commit has found a pause in the spool, which another node has made.</summary>
    /// <returns>False: it may be one that this process has ended meanwhile.</returns>
    public bool PauseFound(DestinationQueue destination, string reason)
    {
        if (Time.Now - destination.ResumedAt < LongestRead)
            return false;
        if (destination.PauseReason is not null)
            return true;
        PauseChanges++;
        (destination.PauseReason, destination.IsPauseStored) = (reason, true);
        Logs.PauseFollowed(destination.Options.Name, reason);
        return true;
    }

    /// <summary>Inside the lock: what an attempt has shown of a destination.</summary>
    /// <param name="pause">Why it has to be paused; null otherwise.</param>
    /// <param name="reply">What the attempt ended with, where that may be of use to people.</param>
    public void Learn(DestinationQueue destination, CircuitEvidence evidence, string? pause, string? reply)
    {
        if (pause is not null)
            Pause(destination, pause, isStored: false);
        if (evidence == CircuitEvidence.Failure && destination.Circuit.RecordFailure(Time.Now, reply ?? string.Empty))
            Logs.CircuitOpened(destination.Options.Name, reply);
        else if (evidence == CircuitEvidence.Answer && destination.Circuit.RecordAnswer(AnswerTime))
            Logs.CircuitClosed(destination.Options.Name);
    }

    private void Wake(DestinationQueue destination)
    {
        lock (Gate)
        {
            destination.TimerFired();
            Starter.Pump(destination);
        }
    }
}
