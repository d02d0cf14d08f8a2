using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue.Sharing;

/// <summary>
/// Tells the other nodes which destinations do not answer this one, and hears the same of them: one round trip for all destinations. In a
/// store that only this process can open there is nobody to tell.
/// </summary>
internal sealed class CircuitExchange(
    IMailSpool spool, CircuitScheduler circuits, ClaimTerms terms, TimeProvider clock, ILogger log) : IDisposable
{
    /// <summary>A node hears of a dead destination within two of these: one until it is told, one until it listens.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public void Start()
    {
        if (!terms.IsForever)
            _loop = Task.Run(RunAsync);
    }

    /// <summary>Ends, and takes back what this node has told.</summary>
    public async Task StopAsync()
    {
        var wasRunning = !terms.IsForever && _loop != Task.CompletedTask && !_stop.IsCancellationRequested;
        await _stop.CancelAsync();
        await _loop;
        if (wasRunning)
            await TryAsync(async () => await spool.ShareCircuitsAsync(terms.Owner, [], CancellationToken.None));
    }

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                await TryAsync(ExchangeAsync);
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private async Task ExchangeAsync() =>
        circuits.Join(await spool.ShareCircuitsAsync(terms.Owner, circuits.ListOwn(), _stop.Token));

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            SpoolFaults.HousekeepingFailed(log, "sharing circuits", fault);
        }
    }
}
