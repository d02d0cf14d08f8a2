using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Postgres.Writing;

/// <summary>A change that shares its transaction with all others that wait.</summary>
internal abstract class GroupWrite
{
    /// <summary>When it was enqueued, in ticks of the clock.</summary>
    public long Enqueued { get; set; }

    /// <summary>Octets that it sends, so that a transaction is bounded by them too.</summary>
    public abstract int Size { get; }

    /// <summary>It is not stored, or nobody knows yet. Waiters continue on the thread pool.</summary>
    public abstract void Fail(Exception reason);

    /// <summary>What it sends stays in memory until <see cref="Release"/>, also when its waiter has been told before.</summary>
    public virtual void Hold()
    {
    }

    public virtual void Release()
    {
    }
}

/// <summary>A new small mail with its deliveries.</summary>
internal sealed class MailWrite(NewMail mail, MailBuffer buffer) : GroupWrite
{
    private readonly TaskCompletionSource _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public NewMail Mail => mail;

    public ReadOnlyMemory<byte> Octets => buffer.Memory;

    public override int Size => buffer.Length;

    /// <summary>Completes when the mail is durable.</summary>
    public Task Completion => _outcome.Task;

    public void Succeed() => _outcome.TrySetResult();

    public override void Fail(Exception reason) => _outcome.TrySetException(reason);

    public override void Hold() => buffer.TryHold();

    public override void Release() => buffer.Release();
}

/// <summary>The result of an attempt that nothing else follows from.</summary>
internal sealed class ResultWrite(DeliveryCompletion completion, RetentionVerdict verdict) : GroupWrite
{
    /// <summary>What a row of results takes, roughly.</summary>
    private const int RowSize = 512;

    private readonly TaskCompletionSource<CompletionResult> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DeliveryCompletion Result => completion;

    /// <summary>Delivery and message are to be deleted by one statement. False once that statement has passed over it.</summary>
    public bool IsRemoval { get; set; } = verdict == RetentionVerdict.Remove;

    /// <summary>What becomes of the message if this was its last open delivery.</summary>
    public RetentionVerdict Verdict => verdict;

    public override int Size => RowSize;

    public Task<CompletionResult> Completion => _outcome.Task;

    public void Succeed(CompletionResult result) => _outcome.TrySetResult(result);

    public override void Fail(Exception reason) => _outcome.TrySetException(reason);
}
