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
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Two reads of the pauses at a time could be applied in the wrong order.</summary>
    private readonly SemaphoreSlim _reading = new(1, 1);

    private Task _loop = Task.CompletedTask;
    private Task _asked = Task.CompletedTask;
    private bool _isAsked;
    private bool _isAnswering;

    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Another node has changed a pause: reads them now, on another thread.</summary>
    public void FollowPausesSoon()
    {
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
                return;
            // Whoever is reading may have read before this change, and reads again.
            _isAsked = true;
            if (_isAnswering)
                return;
            _isAnswering = true;
            _asked = Task.Run(ReadPausesAsync);
        }
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        Task asked;
        lock (_gate)
            asked = _asked;
        await _loop;
        await asked;
    }

    public void Dispose()
    {
        _stop.Dispose();
        _reading.Dispose();
    }

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

    private async Task ReadPausesAsync()
    {
        try
        {
            while (TakeAsk())
                await TryAsync("reading the pauses", FollowPausesAsync);
        }
        catch (OperationCanceledException)
        {
            // The queue stops, and nobody asks any more.
            return;
        }
    }

    private bool TakeAsk()
    {
        lock (_gate)
        {
            (_isAnswering, _isAsked) = (_isAsked, false);
            return _isAnswering;
        }
    }

    private async Task FollowPausesAsync()
    {
        await _reading.WaitAsync(_stop.Token);
        try
        {
            var changes = destinations.PauseChanges;
            destinations.FollowPauses(await spool.ReadPausesAsync(_stop.Token), changes);
        }
        finally
        {
            _reading.Release();
        }
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
            SpoolFaults.HousekeepingFailed(log, what, fault);
        }
    }
}
