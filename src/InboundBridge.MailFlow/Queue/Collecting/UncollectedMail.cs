using InboundBridge.MailFlow.Queue.Attempts;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue.Collecting;

/// <summary>
/// Looks at the age of mail that waits to be collected: its sender hears of a delay, and what nobody collects within <c>maximum_age</c> is
/// given up. Nothing is attempted. When to look next is the delivery's next attempt, in the spool.
/// </summary>
internal sealed class UncollectedMail(
    IMailSpool spool, OnDemandClaims claims, DestinationScheduler destinations, DeliveryScheduler scheduler, ResultRecorder recorder,
    FollowUpMails followUps, OutcomeJudge judge, ClaimTerms terms, SteadyClock time, TimeProvider clock, ILogger log,
    MailQueueOptions options) : IDisposable
{
    private const string GivenUp = "given up: its receiver did not collect it in time (ATRN)";

    /// <summary>Longer than any look; where the disk fails, the next round tries again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public void Start() => _loop = Task.Run(RunAsync);

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
    }

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(options.LooksInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                foreach (var destination in destinations.Destinations.Where(destination => destination.Options.OnDemand))
                    await LookAsync(destination);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private async Task LookAsync(DestinationQueue destination)
    {
        try
        {
            while (destination.PauseReason is null && !_stop.IsCancellationRequested && await LookAtNextAsync(destination))
            {
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            SpoolFaults.HousekeepingFailed(log, $"looking at mail that waits at {destination.Options.Name}", fault);
        }
    }

    private async Task<bool> LookAtNextAsync(DestinationQueue destination)
    {
        if (!await claims.TryEnterAsync(Patience, _stop.Token))
            return false;
        try
        {
            if (await claims.DueAsync(destination) is not { } begun)
                return false;
            await RecordAsync(begun);
            return true;
        }
        finally
        {
            claims.Leave();
        }
    }

    private async Task RecordAsync(BegunDelivery begun)
    {
        var (destination, use, queued) = begun;
        try
        {
            var claim = new DeliveryClaim(queued.Delivery.Id, terms.Owner, queued.Fence);
            var facts = FactsOf(destination.Options, queued, claim);
            var isOver = facts.Age >= facts.Destination.Retry.MaximumAge;
            var judgement = judge.Judge(facts, new DeliveryOutcome.RetryLater(isOver ? GivenUp : OnDemandWait.Text, Answered: true));
            scheduler.AttemptOver(destination, queued, CircuitEvidence.None, null);
            var recorded = await recorder.RecordAsync(
                destination, queued, judgement.Completion, judgement.Ends, followUps.WaitOf(facts, judgement));
            if (recorded is null)
                await spool.ReleaseAsync([claim], CancellationToken.None);
            else if (judgement.Completion.Attempt is not null)
                recorder.Report(recorded, TimeSpan.Zero);
        }
        finally
        {
            await use.ReleaseAsync();
        }
    }

    private AttemptFacts FactsOf(DestinationOptions destination, QueuedDelivery queued, DeliveryClaim claim)
    {
        var (delivery, now) = (queued.Delivery, clock.GetUtcNow());
        var age = now - (delivery.QueuedAt ?? delivery.CreatedAt);
        return new AttemptFacts(delivery, queued.Message, destination, now, TimeSpan.Zero, time.Now, age, 0, claim, terms)
        {
            WasTried = false,
            NoticeAfter = followUps.WaitsAfter,
        };
    }
}
