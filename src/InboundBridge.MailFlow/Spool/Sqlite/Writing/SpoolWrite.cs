using System.Threading.Tasks.Sources;

namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>
/// A change that the writer makes durable together with all other changes that wait.
/// It is applied whole, or its transaction is rolled back.
/// </summary>
internal abstract class SpoolWrite : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _outcome;

    /// <summary>New mail, which is refused first when the disk is full.</summary>
    public virtual bool IsIntake => false;

    /// <summary>Nobody waits for this write, so it may wait a moment to share another write's commit.</summary>
    public virtual bool CanLinger => false;

    /// <summary>The write names a file whose name must be durable before its row.</summary>
    public virtual bool HasFile => false;

    /// <summary>The continuation of whoever waits is short: it sends a reply and logs a line.</summary>
    public virtual bool IsSoonOver => false;

    /// <summary>When the write was enqueued, in ticks of the clock.</summary>
    public long Enqueued { get; set; }

    /// <summary>Completes when the write is durable. To be awaited once.</summary>
    public ValueTask Completion => new(this, _outcome.Version);

    /// <summary>Runs on the writer's thread inside the transaction, and again after a rollback.</summary>
    public abstract void Apply(WriterSession session);

    /// <summary>Runs on the syncer's thread when the commit is durable.</summary>
    public virtual void Committed()
    {
    }

    /// <summary>Completes the write. The continuation runs inside this call.</summary>
    public void Succeed() => _outcome.SetResult(true);

    /// <summary>Nothing of it was kept. Waiters continue on the thread pool.</summary>
    public void Fail(Exception reason)
    {
        Failed();
        ThreadPool.UnsafeQueueUserWorkItem(_ => _outcome.SetException(reason), null);
    }

    /// <summary>On a thread of the spool, when the write was refused.</summary>
    protected virtual void Failed()
    {
    }

    protected short Token => _outcome.Version;

    public void GetResult(short token) => _outcome.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _outcome.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _outcome.OnCompleted(continuation, state, token, flags);
}
