namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>
/// The durable store of messages and deliveries: one contract for the embedded store and the shared one. Whatever a task of this interface
/// has completed survives power loss; what failed left nothing that will ever be delivered in full and unnoticed twice. Safe for concurrent
/// use. Every method may throw <see cref="SpoolUnavailableException"/>.
/// </summary>
public interface IMailSpool : IAsyncDisposable
{
    /// <summary>Whether new mail should be asked for: read before MAIL is accepted. Cheap, and never throws.</summary>
    SpoolCondition Condition { get; }

    /// <summary>What is in force.</summary>
    SpoolOptions Options { get; }

    /// <summary>Puts other options in force, from the next message on. The path stays: the spool is open there.</summary>
    void Replace(SpoolOptions options);

    /// <summary>What the spool holds right now, from memory.</summary>
    SpoolTotals Totals { get; }

    /// <summary>Begins a message. Nothing is durable, and nothing is left behind when it is disposed uncommitted.</summary>
    /// <param name="id">From <see cref="MessageIdSource"/>.</param>
    /// <param name="prelude">
    /// Whole header fields with their CRLF that we put on top of what is received. They are stored beside the received octets, and whoever
    /// reads the content gets both in one. Copied.
    /// </param>
    StagedMessage Stage(string id, ReadOnlyMemory<byte> prelude = default);

    /// <summary>Makes the message and all its deliveries durable together. After it returns the spool owns the octets.</summary>
    /// <exception cref="SpoolUnavailableException">Disk full, read-only, broken: nothing was kept, the peer is told 451.</exception>
    ValueTask CommitAsync(StagedMessage staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries, CancellationToken cancellationToken);

    /// <summary>The stored octets, checked against their digest; null when they are gone (retention). The caller disposes them.</summary>
    /// <exception cref="MessageDamagedException">What is stored is not what was accepted.</exception>
    ValueTask<MailContent?> OpenContentAsync(string messageId, CancellationToken cancellationToken);

    ValueTask<SpooledMessage?> FindMessageAsync(string messageId, CancellationToken cancellationToken);

    ValueTask<SpooledDelivery?> FindDeliveryAsync(string deliveryId, CancellationToken cancellationToken);

    /// <summary>Every delivery of a message, in the order of their making; empty for an unknown message.</summary>
    ValueTask<IReadOnlyList<SpooledDelivery>> FindDeliveriesAsync(string messageId, CancellationToken cancellationToken);

    /// <summary>
    /// The attempts of a delivery that did not end it well, oldest first; the last 100. The one that did is in the delivery itself.
    /// </summary>
    ValueTask<IReadOnlyList<FailedAttempt>> ListAttemptsAsync(string deliveryId, CancellationToken cancellationToken);

    /// <summary>
    /// The next open deliveries (pending and retrying) of a destination, for the scheduler's window. A store of one process hands out
    /// whatever is open and the scheduler leaves out what it has already; a shared store also leases them to the caller.
    /// </summary>
    ValueTask<IReadOnlyList<DueDelivery>> ReadDueAsync(DueRequest request, CancellationToken cancellationToken);

    /// <summary>Records what became of an attempt, with everything that follows from it, in one transaction.</summary>
    ValueTask CompleteAsync(DeliveryCompletion completion, CancellationToken cancellationToken);

    /// <summary>Adds deliveries to a stored message (replay, release to several destinations).</summary>
    /// <returns>False when the message or its octets are gone.</returns>
    ValueTask<bool> AddDeliveriesAsync(string messageId, IReadOnlyList<SpooledDelivery> deliveries, CancellationToken cancellationToken);

    /// <summary>
    /// An operator's change to every delivery of a filter, one bounded transaction a call. Call again with <see
    /// cref="DeliveryChangeResult.Next"/> until it is null.
    /// </summary>
    ValueTask<DeliveryChangeResult> ChangeAsync(DeliveryChange change, string? cursor, CancellationToken cancellationToken);

    /// <summary>
    /// Erases the octets of a message and all that was read from them (subject, verdicts, digest, and what rules and replies took over), on
    /// the disk too, and cancels what is not delivered yet. The record of its envelope, time, size and fate stays. An attempt that is under
    /// way may still end; it keeps nothing.
    /// </summary>
    /// <returns>The deliveries that this cancelled; null for an unknown message.</returns>
    ValueTask<IReadOnlyList<SpooledDelivery>?> EraseAsync(string messageId, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>
    /// Messages, newest first. A page may be short, even empty, and still have a next one: the work of a page is bounded.
    /// </summary>
    ValueTask<SpoolPage<SpooledMessage>> ListMessagesAsync(MessageFilter filter, string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>Deliveries, newest first. As <see cref="ListMessagesAsync"/>.</summary>
    ValueTask<SpoolPage<SpooledDelivery>> ListDeliveriesAsync(DeliveryFilter filter, string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>When the oldest open delivery of the destination was made; null when none is open.</summary>
    ValueTask<DateTimeOffset?> FindOldestOpenAsync(string destination, CancellationToken cancellationToken);

    /// <summary>The destinations that are paused, with the reason: kept over restarts.</summary>
    ValueTask<IReadOnlyDictionary<string, string>> ReadPausesAsync(CancellationToken cancellationToken);

    /// <param name="reason">Null resumes.</param>
    ValueTask SetPauseAsync(string destination, string? reason, CancellationToken cancellationToken);

    /// <summary>
    /// One pass of retention: deletes what has been kept long enough, gives disk space back, in bounded steps beside the other work.
    /// </summary>
    ValueTask<PurgeResult> PurgeAsync(CancellationToken cancellationToken);
}
