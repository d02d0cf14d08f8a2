using System.Runtime.CompilerServices;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Tracing;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue.Attempts;

/// <summary>
/// Runs one attempt: opens the content, hands it to the destination, records the result. A crash between the destination's answer and the
/// record leaves the delivery open, and it is attempted again with the same id.
/// </summary>
internal sealed class AttemptRunner(
    IMailSpool spool, DeliveryScheduler scheduler, DestinationScheduler destinations, ResultRecorder recorder,
    FollowUpMails followUps, OutcomeJudge judge,
    SteadyClock time, TimeProvider clock, Random jitter, ILogger log, QueueMetrics metrics, ClaimTerms terms, CancellationToken shutdown)
{
    /// <summary>Begins an attempt on the thread pool.</summary>
    public void Begin(DestinationQueue destination, QueuedDelivery queued) => ThreadPool.UnsafeQueueUserWorkItem(
        static attempt => _ = attempt.Runner.RunAsync(attempt.Destination, attempt.Destination.Target, attempt.Queued),
        (Runner: this, Destination: destination, Queued: queued),
        preferLocal: true);

    /// <summary>Begins to ask a destination whether it answers, on the thread pool.</summary>
    public void BeginProbe(DestinationQueue destination) => _ = Task.Run(() => ProbeAsync(destination), CancellationToken.None);

    /// <summary>Runs an attempt and records its result; doesn't throw.</summary>
    /// <param name="use">The destination's target, held for this attempt.</param>
    /// <param name="way">Who makes the attempt instead of the target; null: the target.</param>
    public async Task RunAsync(DestinationQueue destination, TargetUse use, QueuedDelivery queued, IDeliveryTarget? way = null)
    {
        try
        {
            await AttemptAsync(destination, way ?? use.Target, queued);
        }
        catch (Exception bug)
        {
            // Nothing here should throw. If it does, the delivery stays open, and nothing else is delayed.
            QueueLog.AttemptBroke(log, queued.Delivery.Id, destination.Options.Name, bug);
            if (queued.State == QueuedState.Active)
                scheduler.AttemptOver(destination, queued, CircuitEvidence.None, null);
            scheduler.Settled(destination, queued, null);
        }
        finally
        {
            await use.ReleaseAsync();
        }
    }

    private async Task ProbeAsync(DestinationQueue destination)
    {
        var use = destination.Target;
        var answered = false;
        string? reason = null;
        try
        {
            var outcome = await use.Target.ProbeAsync(shutdown);
            answered = outcome is not DeliveryOutcome.RetryLater { Answered: false };
            reason = outcome.Reply.Cut().Text;
        }
        catch (Exception bug)
        {
            if (bug is not OperationCanceledException)
                QueueLog.AttemptBroke(log, "(probe)", destination.Options.Name, bug);
        }
        destinations.Probed(destination, answered, reason);
        await use.ReleaseAsync();
    }

    // Most attempts wait in the same three places: the state of the waits comes from a pool.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AttemptAsync(DestinationQueue destination, IDeliveryTarget target, QueuedDelivery queued)
    {
        var settings = destination.Options;
        var started = clock.GetTimestamp();
        var startedAt = clock.GetUtcNow();
        using var trace = DeliveryTrace.Begin(queued.Message, queued.Delivery, settings.Kind);
        var outcome = await DeliverAsync(settings, target, queued, trace?.Parent);
        if (outcome is null or DeliveryOutcome.RetryLater { IsUnheard: true })
        {
            scheduler.AttemptOver(destination, queued, CircuitEvidence.None, null);
            scheduler.Settled(destination, queued, null);
            return;
        }
        var duration = clock.GetElapsedTime(started);
        var delivery = queued.Delivery;
        var age = clock.GetUtcNow() - (delivery.QueuedAt ?? delivery.CreatedAt);
        var claim = new DeliveryClaim(delivery.Id, terms.Owner, queued.Fence);
        var facts = new AttemptFacts(delivery, queued.Message, settings, startedAt, duration, time.Now, age, NextSample(), claim, terms)
        {
            NoticeAfter = settings.OnDemand ? followUps.WaitsAfter : null,
        };
        var judgement = judge.Judge(facts, outcome);
        metrics.Of(destination).Attempted(judgement.Label, duration);
        trace?.Ended(judgement.Label, outcome.Reply);
        // A receiver that collects its mail has a circuit of its own: it comes when it can.
        var evidence = settings.OnDemand ? CircuitEvidence.None : judgement.Evidence;
        scheduler.AttemptOver(destination, queued, evidence, judgement.PauseReason, outcome.Reply.Text);
        if (judgement.PauseReason is { } reason)
            await recorder.PauseAsync(destination, reason);
        if (await recorder.RecordAsync(
            destination, queued, judgement.Completion, judgement.Ends, followUps.WaitOf(facts, judgement)) is not { } recorded)
            return;
        if (recorded.State == DeliveryState.Delivered)
            metrics.Of(destination).Delivered(age);
        recorder.Report(recorded, duration);
    }

    /// <summary>Null: the process is about to stop, and there is no outcome.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<DeliveryOutcome?> DeliverAsync(
        DestinationOptions settings, IDeliveryTarget target, QueuedDelivery queued, string? traceParent)
    {
        var delivery = queued.Delivery;
        try
        {
            using var content = await spool.OpenContentAsync(delivery.MessageId, shutdown);
            if (content is null)
                return new DeliveryOutcome.Failed("the stored message is gone");
            var attempt = new DeliveryAttempt(delivery, queued.Message, content, delivery.Attempts + 1) { TraceParent = traceParent };
            return await target.DeliverAsync(attempt, shutdown);
        }
        catch (OperationCanceledException) when (shutdown.IsCancellationRequested)
        {
            return null;
        }
        catch (MessageDamagedException damage)
        {
            QueueLog.MessageDamaged(log, delivery.MessageId, delivery.Id, damage);
            return new DeliveryOutcome.Failed(damage.Message);
        }
        catch (SpoolUnavailableException fault)
        {
            SpoolFaults.AttemptBroke(log, delivery.Id, settings.Name, fault);
            return new DeliveryOutcome.RetryLater($"the spool can't be read: {fault.Message}", null, Answered: true);
        }
        catch (Exception bug)
        {
            QueueLog.AttemptBroke(log, delivery.Id, settings.Name, bug);
            return new DeliveryOutcome.RetryLater($"internal error: {bug.GetType().Name}");
        }
    }

    private double NextSample()
    {
        lock (jitter)
            return jitter.NextDouble();
    }
}
