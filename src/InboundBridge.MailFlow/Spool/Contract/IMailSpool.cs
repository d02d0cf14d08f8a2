using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.Spool.Contract.Sharing;

namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>
/// The durable store of messages and deliveries: one contract for the embedded store of one process and for a store that several nodes
/// share. Safe for concurrent use. Every method may throw <see cref="SpoolUnavailableException"/>.
/// <para>
/// Durability: once a task of this interface has completed, its effect survives a loss of power. A task that failed has changed nothing, as
/// far as the store can tell. Where it can't tell (the answer to a commit was lost), the caller may find the change later: a mail may then
/// be delivered twice, but is never lost.
/// </para>
/// <para>
/// Claims: only the owner of a delivery's claim attempts it. A claim has an owner, an expiry by the store's clock, and a fence, which grows
/// with every claim of the delivery. It ends when its owner completes the delivery or releases it, when it has expired and another owner
/// claims the delivery, and, in a store that only one process can open, when the store is closed. An expired claim that nobody took over
/// still counts, so a slow attempt is recorded. A completion under any older claim is refused, so a late one does no harm. A claim is not a
/// change to the delivery: it leaves the version as it is.
/// </para>
/// <para>
/// Versions: every recorded change to a delivery (a completion, an operator's change, an erasure) adds exactly 1 to <see
/// cref="SpooledDelivery.Version"/>. Whoever changes a delivery names the version that it expects. <see cref="DeliveryTransitions"/> has
/// the rules of states for every store.
/// </para>
/// </summary>
public interface IMailSpool : ISpoolNotes, ISpoolNodes, IAsyncDisposable
{
    /// <summary>Whether new mail should be accepted: read before MAIL is answered. Cheap, and never throws.</summary>
    SpoolCondition Condition { get; }

    /// <summary>
    /// Why <see cref="Condition"/> is not what it should be, where the spool can say more; for everybody, so it names nothing internal.
    /// </summary>
    string? Obstacle => null;

    /// <summary>Since when a store that others keep (a database) can't be used; null while it can, and where there is none.</summary>
    DateTimeOffset? AwaySince => null;

    /// <summary>The options in force.</summary>
    SpoolOptions Options { get; }

    /// <summary>
    /// How long a claim should last here between renewals. Infinite where only one process can
    /// open the store: claims end with it, and need no renewal.
    /// </summary>
    TimeSpan ClaimLifetime { get; }

    /// <summary>
    /// Called with the name of a destination when another node has left deliveries there that anybody can claim; from any thread, and it
    /// must not block. Such a call may be lost, so whoever sets this asks from time to time as well. The embedded store never calls it.
    /// </summary>
    Action<string>? Woken
    {
        get => null;
        set => _ = value;
    }

    /// <summary>
    /// Called with the pauses in force that a commit of this process has found, and with null when another node has changed one: then
    /// whoever sets this asks. From any thread, and it must not block. The embedded store never calls it.
    /// </summary>
    Action<IReadOnlyDictionary<string, string>?>? PausesHeard
    {
        get => null;
        set => _ = value;
    }

    /// <summary>What the nodes of a shared store tell each other beside mail.</summary>
    INodeExchange Exchange => NoExchange.Instance;

    /// <summary>Puts other options in force, from the next message on. The path stays: the spool is open there.</summary>
    void Replace(SpoolOptions options);

    /// <summary>Asks for the totals of the whole store.</summary>
    ValueTask<SpoolTotals> ReadTotalsAsync(CancellationToken cancellationToken);

    /// <summary>Begins a message. Nothing is durable, and nothing is left behind when it is disposed uncommitted.</summary>
    /// <param name="id">From <see cref="MessageIdSource"/>.</param>
    /// <param name="prelude">
    /// Whole header fields with their CRLF that we put on top of what is received. They are stored beside the received octets, and whoever
    /// reads the content gets both in one. Copied.
    /// </param>
    StagedMessage Stage(string id, ReadOnlyMemory<byte> prelude = default);

    /// <summary>Makes the message and all its deliveries durable together. After it returns the spool owns the octets.</summary>
    /// <param name="claims">
    /// The open deliveries that the caller attempts itself. Nobody else can claim them from the moment they are stored.
    /// </param>
    /// <exception cref="SpoolUnavailableException">Disk full, read-only, broken: the peer is told 451.</exception>
    /// <exception cref="InvalidOperationException">The id is in use.</exception>
    ValueTask CommitAsync(
        StagedMessage staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries, NewClaims claims,
        CancellationToken cancellationToken);

    /// <summary>As <see cref="CommitAsync"/>, together with mails that follow from it (bounces for recipients that were refused).</summary>
    ValueTask CommitWithFollowUpsAsync(NewMail mail, IReadOnlyList<NewMail> followUps, CancellationToken cancellationToken);

    /// <summary>The stored octets, checked against their digest; null when they are gone (retention). The caller disposes them.</summary>
    /// <exception cref="MessageDamagedException">The stored octets are not those that were accepted.</exception>
    ValueTask<MailContent?> OpenContentAsync(string messageId, CancellationToken cancellationToken);

    ValueTask<SpooledMessage?> FindMessageAsync(string messageId, CancellationToken cancellationToken);

    /// <summary>Our own mails about a message (<see cref="SpooledMessage.Cause"/>), oldest first; at most 100.</summary>
    ValueTask<IReadOnlyList<SpooledMessage>> FindFollowUpsAsync(string messageId, CancellationToken cancellationToken);

    ValueTask<SpooledDelivery?> FindDeliveryAsync(string deliveryId, CancellationToken cancellationToken);

    /// <summary>
    /// Finds what a delivery repeats: one that has this id, or this id followed by a dot and more. Octets count, not case. The work is
    /// bounded.
    /// </summary>
    /// <returns>
    /// The state of one that is open. Where none is, the state of the one with exactly this id; null if there is none. Pending, where there
    /// are too many to find out whether one is open.
    /// </returns>
    ValueTask<DeliveryState?> FindRepeatedAsync(string deliveryId, CancellationToken cancellationToken);

    /// <summary>Every delivery of a message, in the order of their making; empty for an unknown message.</summary>
    ValueTask<IReadOnlyList<SpooledDelivery>> FindDeliveriesAsync(string messageId, CancellationToken cancellationToken);

    /// <summary>As <see cref="FindDeliveriesAsync(string, CancellationToken)"/> for each of a page of messages, in one go.</summary>
    ValueTask<IReadOnlyList<SpooledDelivery>> FindDeliveriesAsync(
        IReadOnlyList<string> messageIds, CancellationToken cancellationToken);

    /// <summary>
    /// The attempts of a delivery that did not end it well, oldest first; the last 100. The one that did is in the delivery itself.
    /// </summary>
    ValueTask<IReadOnlyList<FailedAttempt>> ListAttemptsAsync(string deliveryId, CancellationToken cancellationToken);

    /// <summary>
    /// Claims open deliveries (pending and retrying) that no unexpired claim holds. Each is returned as it is at
    /// that moment: nobody can complete it any more under an older claim, and a completion or a change that was
    /// under way is either in it or keeps it from being claimed.
    /// </summary>
    ValueTask<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Makes claims last <see cref="ClaimTerms.Lifetime"/> from now, expired ones too, if they are still the latest of their deliveries.
    /// </summary>
    /// <returns>The ids of those that are not: another owner has claimed them, or the delivery has ended.</returns>
    ValueTask<IReadOnlyList<string>> RenewAsync(ClaimTerms terms, IReadOnlyList<DeliveryClaim> claims, CancellationToken cancellationToken);

    /// <summary>
    /// Ends claims whose deliveries their owner won't attempt now, so that anybody can claim them at once. Claims that are no longer the
    /// latest are ignored.
    /// </summary>
    ValueTask ReleaseAsync(IReadOnlyList<DeliveryClaim> claims, CancellationToken cancellationToken);

    /// <summary>
    /// Records the result of an attempt with everything that follows from it, in one transaction, if its claim and version still hold.
    /// </summary>
    ValueTask<CompletionResult> CompleteAsync(DeliveryCompletion completion, CancellationToken cancellationToken);

    /// <summary>Adds deliveries to a stored message (a replay).</summary>
    /// <param name="claims">As for a commit.</param>
    /// <returns>False when the message or its octets are gone.</returns>
    ValueTask<bool> AddDeliveriesAsync(
        string messageId, IReadOnlyList<SpooledDelivery> deliveries, NewClaims claims, CancellationToken cancellationToken);

    /// <summary>
    /// Applies an operator's change (<see cref="DeliveryTransitions.Apply"/>) to every delivery of a filter, whether claimed or not, one
    /// bounded transaction a call. Call again with <see cref="DeliveryChangeResult.Next"/> until it is null.
    /// </summary>
    ValueTask<DeliveryChangeResult> ChangeAsync(DeliveryChange change, string? cursor, CancellationToken cancellationToken);

    /// <summary>
    /// Erases the octets of a message and everything that was read from them: subject, verdicts, digest, and what rules and replies took
    /// over, on the disk too. Deliveries that have not ended are cancelled (<see cref="DeliveryTransitions.Erase"/>). The record of
    /// envelope, time, size and outcome stays. An attempt that is under way may still deliver; of its reply nothing is kept.
    /// </summary>
    /// <returns>The deliveries that this cancelled, as they are now; null for an unknown message.</returns>
    ValueTask<IReadOnlyList<SpooledDelivery>?> EraseAsync(string messageId, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>
    /// Messages, newest first. A page may be short, even empty, and still have a next one: the work of a page is bounded.
    /// </summary>
    ValueTask<SpoolPage<SpooledMessage>> ListMessagesAsync(
        MessageFilter filter, string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>Deliveries, newest first. As <see cref="ListMessagesAsync"/>.</summary>
    ValueTask<SpoolPage<SpooledDelivery>> ListDeliveriesAsync(
        DeliveryFilter filter, string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// When the earliest delivery is due that nobody has claimed, or the first claim of another owner expires, for those of these
    /// destinations that have any: one question for all of them, before <see cref="ClaimAsync"/> is worth asking. It may be earlier than it
    /// is.
    /// </summary>
    ValueTask<IReadOnlyDictionary<string, DateTimeOffset>> FindFreeAsync(
        IReadOnlyList<string> destinations, string owner, CancellationToken cancellationToken);

    /// <summary>When the oldest open delivery was made, for those of these destinations that have any.</summary>
    ValueTask<IReadOnlyDictionary<string, DateTimeOffset>> FindOldestOpenAsync(
        IReadOnlyList<string> destinations, CancellationToken cancellationToken);

    /// <summary>Asks which destinations are paused, and why. Pauses survive restarts, and hold for every node of a shared store.</summary>
    ValueTask<IReadOnlyDictionary<string, string>> ReadPausesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Pauses a destination, or resumes it. A shared store lets nobody claim deliveries of a paused destination; the embedded store leaves
    /// that to its one queue. Claims that were made before stay valid, and the queues that have them hear of the pause.
    /// </summary>
    /// <param name="reason">Null resumes the destination.</param>
    ValueTask SetPauseAsync(string destination, string? reason, CancellationToken cancellationToken);

    /// <summary>The entries of greylisting with these keys, as far as there are any; expired ones too.</summary>
    ValueTask<IReadOnlyList<GreylistEntry>> FindGreylistAsync(IReadOnlyList<UInt128> keys, CancellationToken cancellationToken);

    /// <summary>
    /// Stores entries of greylisting together, with the commit of other work where there is any. An entry that is there and had not expired
    /// when the new one was first seen is merged with it (the earlier sight, the later expiry, the higher number of passes), so that nodes
    /// may write in any order. Beyond <see cref="SpoolOptions.GreylistEntries"/>, those that expire first are deleted.
    /// </summary>
    /// <param name="entries">At most some hundreds, each key once.</param>
    ValueTask KeepGreylistAsync(IReadOnlyList<GreylistEntry> entries, CancellationToken cancellationToken);

    /// <summary>
    /// One pass of retention: deletes what has been kept long enough, and entries of greylisting and notes that have expired; gives disk
    /// space back. Works in bounded steps beside the other work.
    /// </summary>
    ValueTask<PurgeResult> PurgeAsync(CancellationToken cancellationToken);
}
