namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>Who claims deliveries, and for how long.</summary>
/// <param name="Owner">
/// The name of the queue that will attempt the deliveries. It differs from every other queue's, and from the same queue's after a restart.
/// </param>
/// <param name="Lifetime">
/// How long a claim lasts unless it is renewed, by the store's clock; infinite where only one process can open the store.
/// </param>
public sealed record ClaimTerms(string Owner, TimeSpan Lifetime)
{
    /// <summary>
    /// The fence of a claim that is made together with its delivery
    /// (<see cref="NewClaims"/>). Every later claim of the delivery has a higher one.
    /// </summary>
    public const long FirstFence = 1;

    public bool IsForever => Lifetime == Timeout.InfiniteTimeSpan;

    /// <summary>When a claim that is made or renewed now expires.</summary>
    public DateTimeOffset ExpiryFrom(DateTimeOffset now) => IsForever ? DateTimeOffset.MaxValue : now + Lifetime;

    /// <summary>Whether a delivery is due before its claim would expire. A later one is better released until then.</summary>
    public bool Covers(DateTimeOffset now, DateTimeOffset dueAt) => dueAt < ExpiryFrom(now);
}
