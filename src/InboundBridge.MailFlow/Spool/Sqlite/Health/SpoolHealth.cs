using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Sqlite.Health;

/// <summary>
/// Whether commits work. While they don't, MAIL is refused and the queue rests: nobody would find out that the disk is well again. So the spool itself tries,
/// each second.
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

    /// <summary>Called each second while commits fail; not on a thread of the spool.</summary>
    public required Action Probe { get; init; }

    /// <returns>What those are told who waited for the commit.</returns>
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

    /// <summary>True for the first failure in a row.</summary>
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
