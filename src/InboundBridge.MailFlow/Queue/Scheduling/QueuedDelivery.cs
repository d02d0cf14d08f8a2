using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>A delivery that this queue has claimed and holds in memory. Guarded by the scheduler's lock.</summary>
/// <param name="fence">Of the claim.</param>
/// <param name="claimedUntil">When the claim expires unless it is renewed.</param>
internal sealed class QueuedDelivery(SpooledDelivery delivery, SpooledMessage message, long fence, DateTimeOffset claimedUntil)
{
    /// <summary>As the spool has it: an attempt's completion expects this version.</summary>
    public SpooledDelivery Delivery { get; set; } = delivery;

    public SpooledMessage Message { get; } = message;

    public long Fence { get; set; } = fence;

    /// <summary>No attempt begins after this.</summary>
    public DateTimeOffset ClaimedUntil { get; set; } = claimedUntil;

    public QueuedState State { get; set; }

    /// <summary>The recipients with which it took its places in the order.</summary>
    public IReadOnlyList<MailRecipient> LaneRecipients { get; } = delivery.Recipients;

    /// <summary>When it may be attempted: the stored time, but never later than the retry schedule allows.</summary>
    public DateTimeOffset DueAt { get; set; } = delivery.NextAttemptAt;

    /// <summary>The order of arrival; decides between deliveries that are due at the same time.</summary>
    public long Number { get; set; }

    /// <summary>
    /// The delivery as an operator changed it while its commit, an attempt or a record was
    /// under way. It counts where its version is the later one.
    /// </summary>
    public SpooledDelivery? Changed { get; set; }
}
