using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Postgres.Health;

/// <summary>
/// Knows whether the database takes commits. While it does not, MAIL is refused and the queue rests, so that no other commit would show
/// that the database is back. The spool therefore tries a small commit each second. It logs one line when the database goes, one a minute
/// while it is away, and one when it is back; everybody else who meets the same fault keeps quiet.
/// </summary>
internal sealed class PostgresHealth(string place, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan BetweenReminders = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _probing = Task.CompletedTask;
    private Task _doubting = Task.CompletedTask;
    private bool _isProbing;
    private volatile Outage? _outage;
    private long? _doubtToldAt;

    /// <summary>The last commit failed, or the spool was moved.</summary>
    public bool IsFailing => _outage is not null;

    /// <summary>Since when it fails; null while it does not.</summary>
    public DateTimeOffset? FailingSince => _outage?.Since;

    /// <summary>Why new mail is refused, for everybody; null while it is not.</summary>
    public string? Obstacle => _outage switch
    {
        null => null,
        { IsMove: true } => SpoolMove.Obstacle,
        _ => "its database takes no commits",
    };

    /// <summary>Commits something that nothing reads. Fails, too, where the spool was moved.</summary>
    public required Func<Task> Probe { get; init; }

    /// <summary>A commit failed.</summary>
    /// <returns>The exception for everybody who waited for the commit.</returns>
    public SpoolUnavailableException Failed(Exception fault)
    {
        lock (_gate)
        {
            if (!_stop.IsCancellationRequested)
                Count(fault);
        }
        return fault as SpoolUnavailableException
            ?? new SpoolUnavailableException($"the spool's database failed: {PostgresFault.Words(fault)}", fault) { IsReported = true };
    }

    /// <summary>A read failed. Whether commits do, too, a probe tells; it is made at once, on another thread.</summary>
    public void Doubt(Exception fault)
    {
        lock (_gate)
        {
            if (_outage is not null)
                Count(fault);
            else if (!_stop.IsCancellationRequested && _doubting.IsCompleted)
                _doubting = Task.Run(() => DoubtAsync(fault));
        }
    }

    /// <summary>A commit succeeded. In a spool that was moved some still do.</summary>
    public void Succeeded()
    {
        if (_outage is { IsMove: false } outage)
            End(outage);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task[] running;
        lock (_gate)
            running = [_doubting, _probing];
        await Task.WhenAll(running);
        _stop.Dispose();
    }

    /// <summary>Inside the lock.</summary>
    private void Count(Exception fault)
    {
        var isMove = SpoolMove.Is(fault);
        if (_outage is { } known && (known.IsMove || !isMove))
        {
            known.Failures++;
            return;
        }
        _outage = new Outage(clock.GetUtcNow(), clock.GetTimestamp(), isMove) { Failures = 1, ToldAt = clock.GetTimestamp() };
        if (isMove)
            PostgresLog.Moved(log, place);
        else
            PostgresLog.Failed(log, place, WordsOf(fault));
        // That of an outage which has just ended may still wait for its next try, and goes on.
        if (_isProbing)
            return;
        _isProbing = true;
        _probing = Task.Run(ProbeUntilItWorksAsync);
    }

    private void End(Outage outage)
    {
        lock (_gate)
        {
            if (_outage != outage)
                return;
            _outage = null;
        }
        PostgresLog.Recovered(log, place, clock.GetElapsedTime(outage.Timestamp).TotalSeconds, outage.Failures);
    }

    private async Task DoubtAsync(Exception doubt)
    {
        if (_stop.IsCancellationRequested)
            return;
        if (await FaultAsync() is { } fault)
            Failed(fault);
        else if (_doubtToldAt is not { } told || clock.GetElapsedTime(told) >= BetweenReminders)
            Tell(doubt);
    }

    /// <summary>Nobody else logs it: whoever reads counts on what is logged of the database here.</summary>
    private void Tell(Exception doubt)
    {
        _doubtToldAt = clock.GetTimestamp();
        PostgresLog.NotRead(log, place, WordsOf(doubt));
    }

    private async Task ProbeUntilItWorksAsync()
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (IsProbeWanted() && await timer.WaitForNextTickAsync(_stop.Token))
                await TryAsync();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The spool closes.
            return;
        }
    }

    private bool IsProbeWanted()
    {
        lock (_gate)
            return _isProbing = _outage is not null;
    }

    private async Task TryAsync()
    {
        if (_outage is not { } outage)
            return;
        if (await FaultAsync() is not { } fault)
            End(outage);
        else if (SpoolMove.Is(fault))
            Failed(fault);
        else if (outage is { IsMove: false } && clock.GetElapsedTime(outage.ToldAt) >= BetweenReminders)
            Remind(outage, fault);
    }

    private void Remind(Outage outage, Exception fault)
    {
        outage.ToldAt = clock.GetTimestamp();
        PostgresLog.StillFailing(
            log, place, clock.GetElapsedTime(outage.Timestamp).TotalSeconds, outage.Failures, WordsOf(fault));
    }

    private async Task<Exception?> FaultAsync()
    {
        try
        {
            await Probe();
            return null;
        }
        catch (Exception fault)
        {
            return fault;
        }
    }

    private static string WordsOf(Exception fault) =>
        fault is SpoolUnavailableException { InnerException: { } inner } ? PostgresFault.Words(inner) : PostgresFault.Words(fault);

    /// <param name="IsMove">Nothing but a person ends it.</param>
    private sealed record Outage(DateTimeOffset Since, long Timestamp, bool IsMove)
    {
        /// <summary>Commits and reads that failed.</summary>
        public int Failures { get; set; }

        /// <summary>When the log last said so.</summary>
        public long ToldAt { get; set; }
    }
}
