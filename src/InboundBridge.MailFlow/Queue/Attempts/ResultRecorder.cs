using System.Runtime.CompilerServices;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue.Attempts;

/// <summary>
/// Records the results of attempts. What a destination answered is not given up while the process lives: a spool that fails is asked again
/// until it has taken the result, more and more seldom while it stays away, and at once when it says that it is back.
/// </summary>
internal sealed class ResultRecorder(
    IMailSpool spool, DeliveryScheduler scheduler, DestinationScheduler destinations, SteadyClock time, TimeProvider clock, ILogger log,
    MailQueueOptions options, QueueWatch watch, FollowUpMails followUps, CancellationToken shutdown)
{
    /// <summary>
    /// The longest pause, in <see cref="MailQueueOptions.SpoolRetry"/>: hundreds of results may wait, and each of them asks. Our choice: as
    /// long as a claim lasts.
    /// </summary>
    private const int LongestPause = 30;

    /// <summary>Records a result, and tells the scheduler.</summary>
    /// <returns>The delivery as recorded; null when nothing was: the process stops, or the attempt came too late to count.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SpooledDelivery?> RecordAsync(
        DestinationQueue destination, QueuedDelivery queued, DeliveryCompletion completion, IReadOnlyList<DeliveryEnd> ends,
        DeliveryWait? wait)
    {
        var failures = 0;
        List<Arrival>? doubtful = null;
        while (true)
        {
            try
            {
                var result = completion.Added.Count == 0 && wait is null && !followUps.MayFollow(ends)
                    ? await spool.CompleteAsync(completion, CancellationToken.None)
                    : await CompleteWithOthersAsync(queued.Message, completion, ends, wait, doubtful ??= []);
                // The answer to the commit before may be all that was lost.
                var isRecorded = result == CompletionResult.Recorded || (failures > 0 && await WasRecordedAsync(completion, result));
                var (rebased, isErased) =
                    !isRecorded && result == CompletionResult.Changed ? await RebaseAsync(completion) : default;
                if (failures > 0)
                    scheduler.SpoolFails(-1);
                failures = 0;
                if (isRecorded)
                {
                    if (doubtful is not null && result != CompletionResult.Recorded)
                        scheduler.MayBeStored(doubtful);
                    TellDead(completion.Added);
                    return Settle(destination, queued, completion.Delivery, isTaken: result == CompletionResult.ClaimLost);
                }
                if (rebased is null)
                {
                    QueueLog.ClaimLost(log, queued.Delivery.Id, destination.Options.Name, WhyLost(result));
                    scheduler.Lost(destination, queued);
                    return null;
                }
                completion = rebased;
                if (isErased)
                    (ends, wait) = ([], null);
            }
            catch (SpoolUnavailableException fault)
            {
                if (failures == 0)
                {
                    // First the gate, then the log: whoever reads the log may count on it.
                    scheduler.SpoolFails(1);
                    SpoolFaults.NotRecorded(log, queued.Delivery.Id, fault);
                }
                if (await IsShutDownBeforeRetryAsync(failures++))
                {
                    scheduler.Settled(destination, queued, null);
                    return null;
                }
            }
        }
    }

    /// <summary>Stores a pause that the scheduler already keeps.</summary>
    public async Task PauseAsync(DestinationQueue destination, string reason)
    {
        var name = destination.Options.Name;
        QueueLog.Paused(log, name, reason);
        watch.Destination("paused", name, reason);
        try
        {
            await spool.SetPauseAsync(name, reason, CancellationToken.None);
            destinations.PauseStored(destination, reason);
        }
        catch (SpoolUnavailableException fault)
        {
            SpoolFaults.HousekeepingFailed(log, $"storing the pause of {name}", fault);
        }
    }

    /// <summary>Tells the log, and whoever watches, of a recorded result.</summary>
    public void Report(SpooledDelivery delivery, TimeSpan duration)
    {
        var (seconds, reply) = (duration.TotalSeconds, delivery.LastReply?.Text ?? "");
        switch (delivery.State)
        {
            case DeliveryState.Delivered:
                QueueLog.Delivered(log, delivery.MessageId, delivery.Id, delivery.Destination, delivery.Attempts, seconds, reply);
                break;
            case DeliveryState.Dead:
                QueueLog.Dead(log, delivery.MessageId, delivery.Id, delivery.Destination, delivery.Attempts, seconds, reply);
                break;
            case DeliveryState.Cancelled:
                QueueLog.Cancelled(log, delivery.MessageId, delivery.Id, delivery.Destination, delivery.Attempts, seconds, reply);
                break;
            default:
                QueueLog.Retrying(log, delivery.MessageId, delivery.Id, delivery.Destination, delivery.Attempts, seconds,
                    delivery.NextAttemptAt, reply);
                break;
        }
        watch.Attempted(delivery);
    }

    /// <summary>Recipients that were refused while the delivery goes on for others.</summary>
    private void TellDead(IReadOnlyList<SpooledDelivery> added)
    {
        for (var index = 0; index < added.Count; index++)
        {
            if (added[index].State == DeliveryState.Dead)
                watch.Died(added[index]);
        }
    }

    /// <param name="isTaken">Somebody has claimed it since it was recorded.</param>
    private SpooledDelivery Settle(DestinationQueue destination, QueuedDelivery queued, SpooledDelivery recorded, bool isTaken)
    {
        var isOpen = DeliveryTransitions.IsOpen(recorded.State);
        // The version matters only to the next attempt.
        var stored = isOpen ? recorded with { Version = recorded.Version + 1 } : recorded;
        if (isOpen && isTaken)
            scheduler.Lost(destination, queued);
        else
            scheduler.Settled(destination, queued, stored);
        return stored;
    }

    private static string WhyLost(CompletionResult result) => result switch
    {
        CompletionResult.ClaimLost => "its claim has ended, and it was claimed again",
        CompletionResult.Gone => "its message was deleted",
        _ => "another result or an operator's change was recorded before",
    };

    /// <summary>
    /// After a commit of the same result that failed: whether the store has recorded it all the same. A message that is gone may have been
    /// removed as delivered; delivered it was in any case.
    /// </summary>
    private async Task<bool> WasRecordedAsync(DeliveryCompletion completion, CompletionResult result)
    {
        if (result == CompletionResult.Gone)
            return completion is { Delivery.State: DeliveryState.Delivered, Added.Count: 0 };
        return await spool.FindDeliveryAsync(completion.Delivery.Id, CancellationToken.None) is { } current &&
            DeliveryTransitions.IsRecorded(completion, current);
    }

    /// <summary>What may still be recorded of an attempt during which the delivery was changed; null: nothing.</summary>
    private async Task<(DeliveryCompletion? Completion, bool IsErased)> RebaseAsync(DeliveryCompletion completion)
    {
        if (await spool.FindDeliveryAsync(completion.Delivery.Id, CancellationToken.None) is not { } current)
            return (null, false);
        var rebased = DeliveryTransitions.Rebase(completion, current, time.Now);
        // Nothing follows from an erased mail: a new delivery could not be made, and a bounce would quote it.
        var isErased = await spool.FindMessageAsync(current.MessageId, CancellationToken.None) is not { IsErased: false };
        return (isErased && rebased is not null ? rebased with { Added = [], Attempt = null } : rebased, isErased);
    }

    /// <summary>
    /// Records the result together with the deliveries that follow from it, and with the mails that the hooks have to send.
    /// </summary>
    /// <param name="doubtful">Gets what follows where the spool fails: it may be stored all the same.</param>
    private async Task<CompletionResult> CompleteWithOthersAsync(
        SpooledMessage message, DeliveryCompletion completion, IReadOnlyList<DeliveryEnd> ends, DeliveryWait? wait,
        List<Arrival> doubtful)
    {
        var arrivals = scheduler.Register(message, completion.Added, out var claims);
        var mails = new List<NewMail>();
        var isRecorded = false;
        try
        {
            // A delivery that an operator has cancelled meanwhile does not wait any more.
            var waits = DeliveryTransitions.IsOpen(completion.Delivery.State) ? wait : null;
            await followUps.AskAsync(ends, waits, mails, arrivals);
            var result = await spool.CompleteAsync(completion with { AddedClaims = claims, FollowUps = mails }, CancellationToken.None);
            isRecorded = result == CompletionResult.Recorded;
            return result;
        }
        catch (SpoolUnavailableException)
        {
            doubtful.AddRange(arrivals);
            throw;
        }
        finally
        {
            await followUps.ConcludeAsync(isRecorded, mails, arrivals);
        }
    }

    /// <summary>
    /// Waits, each time twice as long as before. A spool that was known to fail and has taken a commit since then is asked at once: the
    /// claim is about to expire, and somebody else would attempt the delivery again.
    /// </summary>
    /// <param name="failures">Commits of this result that have failed before the last one.</param>
    private async Task<bool> IsShutDownBeforeRetryAsync(int failures)
    {
        var pauses = Math.Min(LongestPause, 1 << Math.Min(failures, 16));
        var wasFailing = false;
        try
        {
            for (var pause = 0; pause < pauses; pause++)
            {
                var isFailing = spool.Condition == SpoolCondition.Failing;
                if (wasFailing && !isFailing)
                    return false;
                wasFailing = isFailing;
                await Task.Delay(options.SpoolRetry, clock, shutdown);
            }
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }
}
