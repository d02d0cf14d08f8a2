namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>The outcome of a completion. Nothing is recorded unless it is <see cref="Recorded"/>.</summary>
public enum CompletionResult
{
    /// <summary>It is durable; the delivery's version is one higher.</summary>
    Recorded,

    /// <summary>
    /// The delivery has another version than the completion expects: an operator changed it, or another owner recorded an attempt.
    /// <see cref="DeliveryTransitions.Rebase"/> says what may still be recorded.
    /// </summary>
    Changed,

    /// <summary>
    /// A later claim on the delivery is in force, or the completion names no claim and
    /// somebody has one. The attempt came too late to count.
    /// </summary>
    ClaimLost,

    /// <summary>The delivery is gone: its message was deleted.</summary>
    Gone,
}
