using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue;

/// <summary>What is done from time to time: retention, and the ages that the metrics show.</summary>
internal sealed class Housekeeping(IMailSpool spool, DeliveryScheduler scheduler, TimeProvider clock, ILogger log, MailQueueOptions options) : IDisposable
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
                await TryAsync("reading the ages", LookAtAgesAsync);
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

    private async Task LookAtAgesAsync()
    {
        foreach (var destination in scheduler.Destinations)
            destination.OldestOpen = await spool.FindOldestOpenAsync(destination.Options.Name, _stop.Token);
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
