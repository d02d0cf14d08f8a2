using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Sqlite.Health;

/// <summary>
/// Knows whether commits work. While they fail, MAIL is refused and the queue rests, so no write would show that the disk has recovered.
/// Therefore the spool itself tries a commit each second.
/// </summary>
internal sealed class SpoolHealth(TimeProvider clock, ILogger log) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private ITimer? _timer;
    private bool _isDisposed;
    private volatile bool _isFailing;

    /// <summary>The last commit failed.</summary>
    public bool IsFailing => _isFailing;

    /// <summary>Called each second while commits fail, on the thread of a timer.</summary>
    public required Action Probe { get; init; }

    /// <returns>The exception for everybody who waited for the commit.</returns>
    public SpoolUnavailableException Failed(Exception fault)
    {
        if (Begins())
            SpoolLog.CommitFailed(log, fault);
        return new SpoolUnavailableException($"the commit failed: {fault.Message}", fault);
    }

    public void Succeeded()
    {
        if (!_isFailing)
            return;
        lock (_gate)
        {
            _isFailing = false;
            _timer?.Dispose();
            _timer = null;
        }
        SpoolLog.Recovered(log);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _timer?.Dispose();
            _timer = null;
        }
    }

    /// <summary>True only for the first of several failures.</summary>
    private bool Begins()
    {
        lock (_gate)
        {
            if (_isFailing || _isDisposed)
                return false;
            _isFailing = true;
            _timer = clock.CreateTimer(_ => Probe(), null, Pause, Pause);
            return true;
        }
    }
}
