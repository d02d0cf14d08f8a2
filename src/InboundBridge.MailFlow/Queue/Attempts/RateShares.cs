using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract.Sharing;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue.Attempts;

/// <summary>
/// Holds the rates of destinations over all nodes: while this one delivers to a destination with a rate, it says so each second, and hears
/// how many nodes do. Each has an equal share. Nothing is asked while nothing is delivered there. While the database is away the last
/// answer counts; nothing can be delivered then, because no result could be recorded.
/// </summary>
internal sealed class RateShares : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly INodeExchange _exchange;
    private readonly DestinationScheduler _destinations;
    private readonly string _node;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private Task _running = Task.CompletedTask;
    private bool _isRunning;
    private bool _isAskedAgain;
    private bool _isStopped;
    private bool _isFailing;

    /// <param name="node">The name of this process among the nodes.</param>
    public RateShares(INodeExchange exchange, DestinationScheduler destinations, string node, TimeProvider clock, ILogger log)
    {
        (_exchange, _destinations, _node, _log) = (exchange, destinations, node, log);
        _timer = clock.CreateTimer(_ => Begin(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Asks at once, on another thread. Null where there are no other nodes.</summary>
    public Action? Ask => _exchange.IsShared ? Begin : null;

    public async Task StopAsync()
    {
        Task running;
        lock (_gate)
            (_isStopped, running) = (true, _running);
        await running;
    }

    public void Dispose() => _timer.Dispose();

    private void Begin()
    {
        lock (_gate)
        {
            if (_isStopped)
                return;
            _isAskedAgain = _isRunning;
            if (_isRunning)
                return;
            _isRunning = true;
            _running = Task.Run(RunAsync);
        }
    }

    private async Task RunAsync()
    {
        var isUsed = true;
        for (var asks = true; asks;)
        {
            isUsed = await AskAsync();
            lock (_gate)
            {
                asks = _isAskedAgain && !_isStopped;
                (_isAskedAgain, _isRunning) = (false, asks);
            }
        }
        if (isUsed)
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
    }

    /// <returns>Whether this node delivers to any destination with a rate.</returns>
    private async Task<bool> AskAsync()
    {
        var used = _destinations.ListRated();
        if (used.Count == 0)
            return false;
        try
        {
            _destinations.ShareRates(used, await _exchange.CountSharersAsync(_node, used, CancellationToken.None));
            _isFailing = false;
        }
        catch (Exception fault)
        {
            if (!_isFailing)
                SpoolFaults.HousekeepingFailed(_log, "sharing rates", fault);
            _isFailing = true;
        }
        return true;
    }
}
