using InboundBridge.MailFlow.Spool.Contract.Sharing;
using InboundBridge.Smtp.Server.Limits;

namespace InboundBridge.Hosting.Listening;

/// <summary>
/// Holds rate limits over all nodes: tells the other nodes what this one has counted, and hears the sums. It asks nothing while there is
/// nothing to tell. While the database is away, each node counts alone.
/// </summary>
internal sealed partial class RateSharing : IAsyncDisposable
{
    /// <summary>How long counts wait that are not urgent, and how long to wait after a failure.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Between two exchanges, however urgent: a flood of mail must not become a flood of statements.</summary>
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly INodeExchange _exchange;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private UntoldRates? _rates;
    private Task _running = Task.CompletedTask;
    private bool _isRunning;
    private bool _isStopped;
    private bool _isFailing;
    private long _endedAt;

    public RateSharing(INodeExchange exchange, TimeProvider clock, ILogger log)
    {
        (_exchange, _clock, _log) = (exchange, clock, log);
        _timer = clock.CreateTimer(_ => Begin(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The limits in force, null without any; shared where there are other nodes.</summary>
    public SmtpRateLimiter? NewLimiter(IReadOnlyList<SmtpRateLimit> limits)
    {
        var limiter = limits.Count == 0 ? null : new SmtpRateLimiter(limits, _clock, _exchange.IsShared);
        lock (_gate)
        {
            if (_rates is not null)
                _rates.Waits = null;
            _rates = limiter?.Untold;
            if (_rates is not null)
                _rates.Waits = Schedule;
        }
        return limiter;
    }

    /// <summary>Tells what is left, so that this node finds it after a restart.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        Task running;
        lock (_gate)
            (_isStopped, running) = (true, _running);
        await running;
        await ExchangeAsync();
    }

    private void Schedule(bool isUrgent)
    {
        lock (_gate)
        {
            // An exchange that runs schedules the next one at its end.
            if (_isRunning || _isStopped)
                return;
            var rest = Gap - _clock.GetElapsedTime(_endedAt);
            var wait = !isUrgent || _isFailing ? Interval : rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private void Begin()
    {
        lock (_gate)
        {
            if (_isRunning || _isStopped)
                return;
            _isRunning = true;
            _running = Task.Run(RunAsync);
        }
    }

    private async Task RunAsync()
    {
        var isFailing = !await ExchangeAsync();
        lock (_gate)
        {
            (_isRunning, _endedAt, _isFailing) = (false, _clock.GetTimestamp(), isFailing);
        }
        if (isFailing)
            Schedule(isUrgent: false);
        else
            _rates?.CallAgain();
    }

    /// <returns>Whether the other nodes were told.</returns>
    private async Task<bool> ExchangeAsync()
    {
        if (_rates is not { } rates || rates.Take() is not { Count: > 0 } counts)
            return true;
        try
        {
            rates.Told(
                counts,
                await _exchange.AddCountsAsync(
                    [.. counts.Select(count => new NodeCount(count.Name, count.Drain, count.Most))], CancellationToken.None));
            return true;
        }
        catch (Exception fault)
        {
            rates.GiveBack(counts);
            if (!_isFailing)
                Alone(fault.GetBaseException().Message);
            return false;
        }
    }

    [LoggerMessage(EventId = 2016, EventName = "rates_alone", Level = LogLevel.Warning,
        Message = "what other nodes count under smtp.rate_limits can't be heard; until it can, this node counts alone: {Problem}")]
    private partial void Alone(string problem);
}
