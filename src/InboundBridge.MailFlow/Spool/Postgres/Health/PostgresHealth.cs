using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Postgres.Health;

/// <summary>
/// Knows whether the database takes commits. While it does not, MAIL is refused and the queue rests, so that no other commit would show
/// that the database is back. The spool therefore tries a small commit each second.
/// </summary>
internal sealed class PostgresHealth(string place, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _probing = Task.CompletedTask;
    private volatile bool _isFailing;

    /// <summary>The last commit failed.</summary>
    public bool IsFailing => _isFailing;

    /// <summary>Commits something that nothing reads.</summary>
    public required Func<Task> Probe { get; init; }

    /// <returns>The exception for everybody who waited for the commit.</returns>
    public SpoolUnavailableException Failed(Exception fault)
    {
        lock (_gate)
        {
            if (!_isFailing && !_stop.IsCancellationRequested)
            {
                _isFailing = true;
                PostgresLog.Failed(log, place, fault);
                _probing = Task.Run(ProbeUntilItWorksAsync);
            }
        }
        return fault as SpoolUnavailableException
            ?? new SpoolUnavailableException($"the spool's database failed: {PostgresFault.Words(fault)}", fault);
    }

    public void Succeeded()
    {
        if (!_isFailing)
            return;
        lock (_gate)
        {
            if (!_isFailing)
                return;
            _isFailing = false;
        }
        PostgresLog.Recovered(log, place);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _probing;
        _stop.Dispose();
    }

    private async Task ProbeUntilItWorksAsync()
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (_isFailing && await timer.WaitForNextTickAsync(_stop.Token))
                await TryAsync();
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private async Task TryAsync()
    {
        try
        {
            await Probe();
            Succeeded();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The first failure was logged; this one has the same cause.
            return;
        }
    }
}
