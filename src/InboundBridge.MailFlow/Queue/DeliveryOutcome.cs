namespace InboundBridge.MailFlow.Queue;

/// <summary>What became of one attempt: a closed set. An exception is a bug or shutdown, and counts as <see cref="RetryLater"/>.</summary>
public abstract record DeliveryOutcome(string Reply)
{
    /// <summary>The destination has it and answers for it.</summary>
    public sealed record Delivered(string Reply) : DeliveryOutcome(Reply);

    /// <summary>Not now. <paramref name="After"/>: the destination named a time (Retry-After), capped by the queue.</summary>
    public sealed record RetryLater(string Reply, TimeSpan? After = null) : DeliveryOutcome(Reply);

    /// <summary>Never: the destination refused for good; <c>on_failure</c> applies.</summary>
    public sealed record Failed(string Reply) : DeliveryOutcome(Reply);

    /// <summary>The destination wants nothing more of this message; it is done without being delivered.</summary>
    public sealed record Discarded(string Reply) : DeliveryOutcome(Reply);

    /// <summary>The destination is to be left alone until an operator resumes it; the delivery stays due.</summary>
    public sealed record PauseDestination(string Reply) : DeliveryOutcome(Reply);

    /// <summary>Each recipient fared by itself (LMTP, SMTP): only those that are to retry are tried again. Never nested.</summary>
    public sealed record PerRecipient(string Reply, IReadOnlyList<RecipientOutcome> Recipients) : DeliveryOutcome(Reply);
}

/// <param name="Outcome">Delivered, RetryLater or Failed.</param>
public sealed record RecipientOutcome(Spool.DeliveryRecipient Recipient, DeliveryOutcome Outcome);
