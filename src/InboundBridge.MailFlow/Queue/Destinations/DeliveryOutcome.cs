using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>The result of one attempt: a closed set. An exception is a bug or shutdown, and counts as <see cref="RetryLater"/>.</summary>
/// <param name="Reply">What the destination answered; for <see cref="PerRecipient"/>, a summary of its answers.</param>
public abstract record DeliveryOutcome(DeliveryReply Reply)
{
    /// <summary>The destination has accepted the mail and is responsible for it now.</summary>
    public sealed record Delivered(DeliveryReply Reply) : DeliveryOutcome(Reply)
    {
        public Delivered(string words)
            : this(DeliveryReply.FromText(words))
        {
        }

        /// <summary>
        /// The destination was given what the sender asked for in NOTIFY, and is responsible for it now (RFC 3461 §5.2.2).
        /// </summary>
        public bool TookNotify { get; init; }
    }

    /// <summary>A temporary failure.</summary>
    /// <param name="After">How long the destination asked us to wait (Retry-After); the queue caps it.</param>
    /// <param name="Answered">
    /// True when the destination is healthy and refused this message for now (a 4xx
    /// reply of its own): the circuit breaker doesn't count it.
    /// </param>
    public sealed record RetryLater(DeliveryReply Reply, TimeSpan? After = null, bool Answered = false) : DeliveryOutcome(Reply)
    {
        public RetryLater(string words, TimeSpan? After = null, bool Answered = false)
            : this(DeliveryReply.FromText(words), After, Answered)
        {
        }

        /// <summary>A receiver that came to collect the mail was never heard. The delivery stays as it was, without an attempt.</summary>
        public bool IsUnheard { get; init; }
    }

    /// <summary>A permanent failure: <c>on_failure</c> applies.</summary>
    public sealed record Failed(DeliveryReply Reply) : DeliveryOutcome(Reply)
    {
        public Failed(string words)
            : this(DeliveryReply.FromText(words))
        {
        }
    }

    /// <summary>The destination wants no further attempt with this message. The delivery ends without being delivered.</summary>
    public sealed record Discarded(DeliveryReply Reply) : DeliveryOutcome(Reply)
    {
        public Discarded(string words)
            : this(DeliveryReply.FromText(words))
        {
        }
    }

    /// <summary>Pauses the destination until an operator resumes it. The delivery stays due.</summary>
    public sealed record PauseDestination(DeliveryReply Reply) : DeliveryOutcome(Reply)
    {
        public PauseDestination(string words)
            : this(DeliveryReply.FromText(words))
        {
        }
    }

    /// <summary>
    /// The destination was asked before the mail was accepted (<see cref="DeliveryAttempt.Ask"/>), and refuses it: the sender is told.
    /// </summary>
    /// <param name="IsTemporary">The sender may come again with the same mail.</param>
    /// <param name="Words">What the destination wants the sender to read, as it sent it; empty where it said nothing.</param>
    /// <param name="Answered">As in <see cref="RetryLater"/>.</param>
    public sealed record Refused(DeliveryReply Reply, bool IsTemporary, string Words, bool Answered) : DeliveryOutcome(Reply);

    /// <summary>
    /// Each recipient has an outcome of its own (LMTP, SMTP). Only recipients whose outcome is temporary are tried again. Never nested.
    /// </summary>
    public sealed record PerRecipient(DeliveryReply Reply, IReadOnlyList<RecipientOutcome> Recipients) : DeliveryOutcome(Reply)
    {
        public PerRecipient(string words, IReadOnlyList<RecipientOutcome> recipients)
            : this(DeliveryReply.FromText(words), recipients)
        {
        }
    }
}

/// <param name="Outcome">Delivered, RetryLater or Failed.</param>
public sealed record RecipientOutcome(MailRecipient Recipient, DeliveryOutcome Outcome);
