using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Postgres.Writing;

/// <summary>A change that shares its transaction with all others that wait.</summary>
internal abstract class GroupWrite
{
    /// <summary>When it was enqueued, in ticks of the clock.</summary>
    public long Enqueued { get; set; }

    /// <summary>Octets that it sends, so that a transaction is bounded by them too.</summary>
    public abstract int Size { get; }

    /// <summary>It is not stored. Waiters continue on the thread pool.</summary>
    public abstract void Fail(Exception reason);
}

/// <summary>A new small mail with its deliveries.</summary>
internal sealed class MailWrite(NewMail mail, ReadOnlyMemory<byte> octets) : GroupWrite
{
    private readonly TaskCompletionSource _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public NewMail Mail => mail;

    /// <summary>The mail's own buffer, which lives until its receiver has been told.</summary>
    public ReadOnlyMemory<byte> Octets => octets;

    public override int Size => octets.Length;

    /// <summary>Completes when the mail is durable.</summary>
    public Task Completion => _outcome.Task;

    public void Succeed() => _outcome.TrySetResult();

    public override void Fail(Exception reason) => _outcome.TrySetException(reason);
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
