using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>What became of one attempt: a closed set. An exception is a bug or shutdown, and counts as <see cref="RetryLater"/>.</summary>
public abstract record DeliveryOutcome(string Reply)
{
    /// <summary>The destination has it and answers for it.</summary>
    public sealed record Delivered(string Reply) : DeliveryOutcome(Reply);

    /// <summary>Not now.</summary>
    /// <param name="After">The destination named a time (Retry-After), capped by the queue.</param>
    /// <param name="Answered">True: the destination is well and refused this message for now (a 4xx of its own making); the circuit doesn't count it.</param>
    public sealed record RetryLater(string Reply, TimeSpan? After = null, bool Answered = false) : DeliveryOutcome(Reply);

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
public sealed record RecipientOutcome(DeliveryRecipient Recipient, DeliveryOutcome Outcome);
