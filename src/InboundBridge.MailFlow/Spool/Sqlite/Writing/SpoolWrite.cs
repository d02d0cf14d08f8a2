using System.Threading.Tasks.Sources;

namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>One thing that the writer makes durable, together with whatever else is waiting. Applied whole, or its transaction is rolled back.</summary>
internal abstract class SpoolWrite : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _outcome;

    /// <summary>New mail: the first to be refused when the disk is full.</summary>
    public virtual bool IsIntake => false;

    /// <summary>Nobody waits for it: it may ride along with the next commit for a moment.</summary>
    public virtual bool CanLinger => false;

    /// <summary>A file of its own must be found after a power loss before its row may be.</summary>
    public virtual bool HasFile => false;

    /// <summary>Whoever waits for it has little to do before the next wait: a reply, a line of the log.</summary>
    public virtual bool IsSoonOver => false;

    /// <summary>When it was handed to the writer, in ticks of the clock.</summary>
    public long Enqueued { get; set; }

    /// <summary>Ends when it is durable. To be awaited once.</summary>
    public ValueTask Completion => new(this, _outcome.Version);

    /// <summary>On the writer's thread, inside the transaction. May be called again after a rollback.</summary>
    public abstract void Apply(WriterSession session);

    /// <summary>On the writer's thread, after the commit.</summary>
    public virtual void Committed()
    {
    }

    /// <summary>Whoever waits goes on within this call.</summary>
    public void Succeed() => _outcome.SetResult(true);

    /// <summary>Whoever waits goes on on the thread pool.</summary>
    public void Fail(Exception reason) => ThreadPool.UnsafeQueueUserWorkItem(_ => _outcome.SetException(reason), null);

    void IValueTaskSource.GetResult(short token) => _outcome.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _outcome.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _outcome.OnCompleted(continuation, state, token, flags);
}
