using System.Runtime.CompilerServices;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue.Attempts;

/// <summary>
/// One attempt from its content to its record. Order: the destination answers, then the outcome is recorded; a crash between the two leaves the delivery open and
/// it is tried again with the same id. What was answered is never given up while the process lives: a spool that fails is asked until it has taken the record.
/// </summary>
internal sealed class AttemptRunner(
    IMailSpool spool, SteadyClock time, TimeProvider clock, Random jitter, ILogger log, MailQueueOptions options, QueueMetrics metrics, MessageIdSource ids) : IDisposable
{
    private readonly OutcomeJudge _judge = new(ids);
    private readonly CancellationTokenSource _shutdown = new();

    public required DeliveryScheduler Scheduler { get; init; }

    public required Func<DeliveryEndedHook?> Hook { get; init; }

    public required QueueWatch Watch { get; init; }

    /// <summary>Ends attempts that can be ended.</summary>
    public void Shutdown() => _shutdown.Cancel();

    public void Dispose() => _shutdown.Dispose();

    public async Task RunAsync(DestinationQueue destination, QueuedDelivery queued)
    {
        var use = destination.Target;
        try
        {
            await AttemptAsync(destination, use.Target, queued);
        }
        catch (Exception bug)
        {
            // Nothing here should throw; if it does, the delivery stays open and nothing else is held up.
            QueueLog.AttemptBroke(log, queued.Delivery.Id, destination.Options.Name, bug);
            if (queued.State == QueuedState.Active)
                Scheduler.AttemptOver(destination, queued, CircuitEvidence.None, null);
            Scheduler.Settled(destination, queued, null);
        }
        finally
        {
            await use.ReleaseAsync();
        }
    }

    public async Task ProbeAsync(DestinationQueue destination)
    {
        var use = destination.Target;
        var answered = false;
        try
        {
            answered = await use.Target.ProbeAsync(_shutdown.Token) is not DeliveryOutcome.RetryLater { Answered: false };
        }
        catch (Exception bug)
        {
            if (bug is not OperationCanceledException)
                QueueLog.AttemptBroke(log, "(probe)", destination.Options.Name, bug);
        }
        Scheduler.Probed(destination, answered);
        await use.ReleaseAsync();
    }

    // Most attempts wait in the same three places: what the waits keep is lent from a pool.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AttemptAsync(DestinationQueue destination, IDeliveryTarget target, QueuedDelivery queued)
    {
        var settings = destination.Options;
        var started = clock.GetTimestamp();
        var startedAt = clock.GetUtcNow();
        var outcome = await DeliverAsync(settings, target, queued);
        if (outcome is null)
        {
            Scheduler.AttemptOver(destination, queued, CircuitEvidence.None, null);
            Scheduler.Settled(destination, queued, null);
            return;
        }
        var duration = clock.GetElapsedTime(started);
        var delivery = queued.Delivery;
        var age = clock.GetUtcNow() - (delivery.QueuedAt ?? delivery.CreatedAt);
        var facts = new AttemptFacts(delivery, queued.Message, settings, startedAt, duration, time.Now, age, NextSample());
        var judgement = _judge.Judge(facts, outcome);
        metrics.Attempted(settings.Name, judgement.Label, duration);
        var operatorsChange = Scheduler.AttemptOver(destination, queued, judgement.Evidence, judgement.PauseReason);
        if (judgement.PauseReason is { } reason)
            await PauseAsync(settings.Name, reason);
        var completion = operatorsChange is { State: DeliveryState.Cancelled } ? Cancelled(judgement.Completion) : judgement.Completion;
        await RecordAsync(destination, queued, completion, judgement.Ends);
        if (completion.Delivery.State == DeliveryState.Delivered)
            metrics.Delivered(settings.Name, age);
        Log(completion, duration);
        Watch.Attempted(completion.Delivery);
    }

    /// <summary>Null: the process is about to end, and there is no outcome.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<DeliveryOutcome?> DeliverAsync(DestinationOptions settings, IDeliveryTarget target, QueuedDelivery queued)
    {
        var delivery = queued.Delivery;
        try
        {
            using var content = await spool.OpenContentAsync(delivery.MessageId, _shutdown.Token);
            if (content is null)
                return new DeliveryOutcome.Failed("the stored message is gone");
            return await target.DeliverAsync(new DeliveryAttempt(delivery, queued.Message, content, delivery.Attempts + 1), _shutdown.Token);
        }
        catch (OperationCanceledException) when (_shutdown.IsCancellationRequested)
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
            QueueLog.AttemptBroke(log, delivery.Id, settings.Name, fault);
            return new DeliveryOutcome.RetryLater($"the spool can't be read: {fault.Message}", null, Answered: true);
        }
        catch (Exception bug)
        {
            QueueLog.AttemptBroke(log, delivery.Id, settings.Name, bug);
            return new DeliveryOutcome.RetryLater($"internal error: {bug.GetType().Name}");
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask RecordAsync(DestinationQueue destination, QueuedDelivery queued, DeliveryCompletion completion, IReadOnlyList<DeliveryEnd> ends)
    {
        var hasFailed = false;
        while (true)
        {
            try
            {
                if (completion.Added.Count == 0 && (ends.Count == 0 || Hook() is null))
                    await spool.CompleteAsync(completion, CancellationToken.None);
                else
                    await CompleteWithOthersAsync(queued.Message, completion, ends);
                if (hasFailed)
                    Scheduler.SpoolFails(-1);
                if (Scheduler.Settled(destination, queued, completion.Delivery))
                    return;
                (completion, ends, hasFailed) = (Cancelled(completion with { Added = [], Attempt = null }), [], false);
            }
            catch (SpoolUnavailableException fault)
            {
                if (!hasFailed)
                {
                    QueueLog.NotRecorded(log, queued.Delivery.Id, fault);
                    Scheduler.SpoolFails(1);
                }
                hasFailed = true;
                try
                {
                    await Task.Delay(options.SpoolRetry, clock, _shutdown.Token);
                }
                catch (OperationCanceledException)
                {
                    Scheduler.Settled(destination, queued, null);
                    return;
                }
            }
        }
    }

    /// <summary>With the deliveries that come of it, and the mails that the hook has to send.</summary>
    private async Task CompleteWithOthersAsync(SpooledMessage message, DeliveryCompletion completion, IReadOnlyList<DeliveryEnd> ends)
    {
        var mails = new List<NewMail>();
        var added = Scheduler.Register(message, completion.Added);
        try
        {
            foreach (var end in ends)
            {
                if (await AskHookAsync(end) is { } mail)
                    mails.Add(mail);
            }
            added.AddRange(mails.SelectMany(mail => Scheduler.Register(mail.Message, mail.Deliveries)));
            await spool.CompleteAsync(completion with { FollowUps = mails }, CancellationToken.None);
        }
        catch
        {
            Scheduler.Withdraw(added);
            throw;
        }
        finally
        {
            foreach (var mail in mails)
                await mail.Staged.DisposeAsync();
        }
        Scheduler.Arrived(added);
    }

    private async ValueTask<NewMail?> AskHookAsync(DeliveryEnd end)
    {
        if (Hook() is not { } hook)
            return null;
        try
        {
            return await hook(end, _shutdown.Token);
        }
        catch (Exception bug) when (bug is not SpoolUnavailableException)
        {
            QueueLog.HookBroke(log, end.Delivery.Id, bug);
            return null;
        }
    }

    private async Task PauseAsync(string destination, string reason)
    {
        QueueLog.Paused(log, destination, reason);
        Watch.Destination("paused", destination, reason);
        try
        {
            await spool.SetPauseAsync(destination, reason, CancellationToken.None);
        }
        catch (SpoolUnavailableException fault)
        {
            QueueLog.HousekeepingFailed(log, $"storing the pause of {destination}", fault);
        }
    }

    /// <summary>An operator cancelled it during the attempt; what was delivered stays delivered.</summary>
    private DeliveryCompletion Cancelled(DeliveryCompletion completion) => completion.Delivery.State is DeliveryState.Pending or DeliveryState.Retrying
        ? completion with { Delivery = completion.Delivery with { State = DeliveryState.Cancelled, EndedAt = time.Now } }
        : completion;

    private double NextSample()
    {
        lock (jitter)
            return jitter.NextDouble();
    }

    private void Log(DeliveryCompletion completion, TimeSpan duration)
    {
        var delivery = completion.Delivery;
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
                QueueLog.Retrying(log, delivery.MessageId, delivery.Id, delivery.Destination, delivery.Attempts, seconds, delivery.NextAttemptAt, reply);
                break;
        }
    }
}
