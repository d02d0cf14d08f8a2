using InboundBridge.MailFlow.Queue.Attempts;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue;

/// <summary>
/// Regular work beside deliveries: asks the spool for pauses and ages, tells it of claims that were given up, and runs retention.
/// </summary>
internal sealed class Housekeeping(
    IMailSpool spool, DestinationScheduler destinations, StrandedMail stranded, ClaimKeeper claims, TimeProvider clock, ILogger log,
    MailQueueOptions options) : IDisposable
{
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
        var sinceRetention = options.RetentionInterval;
        using var timer = new PeriodicTimer(options.AgesInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                await TryAsync("reading the pauses", FollowPausesAsync);
                await TryAsync("reading the ages", ReadAgesAsync);
                await TryAsync("releasing claims", claims.FlushAsync);
                sinceRetention += options.AgesInterval;
                if (sinceRetention < options.RetentionInterval)
                    continue;
                sinceRetention = TimeSpan.Zero;
                await TryAsync("retention", async () => await spool.PurgeAsync(_stop.Token));
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private async Task FollowPausesAsync()
    {
        var changes = destinations.PauseChanges;
        destinations.FollowPauses(await spool.ReadPausesAsync(_stop.Token), changes);
    }

    private async Task ReadAgesAsync()
    {
        var all = destinations.Destinations;
        var ages = await spool.FindOldestOpenAsync([.. all.Select(destination => destination.Options.Name)], _stop.Token);
        foreach (var destination in all)
            destination.OldestOpen = ages.TryGetValue(destination.Options.Name, out var oldest) ? oldest : null;
        await stranded.ReadAgesAsync(_stop.Token);
    }

    private async Task TryAsync(string what, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            QueueLog.HousekeepingFailed(log, what, fault);
        }
    }
}
