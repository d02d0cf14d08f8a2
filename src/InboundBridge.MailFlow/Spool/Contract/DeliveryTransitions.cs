namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>
/// The states of a delivery and how it passes from one to another: rules that every store applies
/// inside its transactions, and that need no store to be tested.
/// <list type="table">
/// <listheader><term>from</term><description>to</description></listheader>
/// <item><term>pending, retrying</term><description>delivered, retrying, dead or cancelled by an attempt; cancelled or pending by an
/// operator</description></item>
/// <item><term>held</term><description>pending or cancelled by an operator</description></item>
/// <item><term>dead</term><description>pending or cancelled by an operator</description></item>
/// <item><term>cancelled</term><description>pending by an operator; delivered by an attempt that was under way</description></item>
/// <item><term>delivered</term><description>nothing: a replay is a new delivery</description></item>
/// </list>
/// </summary>
public static class DeliveryTransitions
{
    /// <summary>The last reply of a delivery that an erasure cancelled.</summary>
    public const string ErasedReason = "the message was deleted by an operator";

    /// <summary>Attempts will be made: only such deliveries are claimed.</summary>
    public static bool IsOpen(DeliveryState state) => state is DeliveryState.Pending or DeliveryState.Retrying;

    /// <summary>The states that an operator's change applies to.</summary>
    public static bool Applies(DeliveryChangeKind kind, DeliveryState state) => kind switch
    {
        DeliveryChangeKind.Retry => IsOpen(state) || state is DeliveryState.Dead or DeliveryState.Cancelled,
        DeliveryChangeKind.Hasten => IsOpen(state),
        DeliveryChangeKind.Cancel => IsOpen(state) || state is DeliveryState.Held or DeliveryState.Dead,
        DeliveryChangeKind.Release => state is DeliveryState.Held or DeliveryState.Dead,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>The delivery after an operator's change; null when the change leaves it alone.</summary>
    /// <param name="hasContent">
    /// False when the octets of the message are gone: nothing can be sent again then, but a delivery can still be cancelled.
    /// </param>
    public static SpooledDelivery? Apply(DeliveryChange change, SpooledDelivery delivery, bool hasContent)
    {
        if (!Applies(change.Kind, delivery.State) || (change.ExpectedVersion is { } expected && delivery.Version != expected))
            return null;
        if (!hasContent && change.Kind != DeliveryChangeKind.Cancel)
            return null;
        var changed = delivery with
        {
            Version = delivery.Version + 1,
            LastReply = change.Reason is { } reason ? DeliveryReply.FromText(reason) : delivery.LastReply,
        };
        return change.Kind switch
        {
            DeliveryChangeKind.Cancel => changed with { State = DeliveryState.Cancelled, EndedAt = change.At },
            DeliveryChangeKind.Hasten => IsHastened(change, delivery) ? changed with { NextAttemptAt = change.At } : null,
            _ => Begin(change, changed),
        };
    }

    /// <summary>
    /// The delivery after its message was erased: without anything that a rule or a reply
    /// took from the mail, and cancelled unless it has ended.
    /// </summary>
    public static SpooledDelivery Erase(SpooledDelivery delivery, DateTimeOffset at)
    {
        var ends = Applies(DeliveryChangeKind.Cancel, delivery.State);
        return delivery with
        {
            Version = delivery.Version + 1,
            // An address that a rule rewrote may contain words of the mail; the one of the envelope stays.
            Recipients = [.. delivery.Recipients.Select(recipient => new MailRecipient(recipient.Original))],
            Tags = [],
            Vars = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty,
            HeaderEdits = [],
            OptionsJson = null,
            HoldReason = null,
            State = ends ? DeliveryState.Cancelled : delivery.State,
            EndedAt = ends ? at : delivery.EndedAt,
            LastReply = ends || delivery.LastReply?.Text == ErasedReason ? DeliveryReply.FromText(ErasedReason) : null,
        };
    }

    /// <summary>
    /// What may be recorded of an attempt when the delivery was changed while it was under way (<see cref="CompletionResult.Changed"/>);
    /// null: nothing. What was delivered stays delivered. An operator's cancellation ends what the attempt left open. An attempt that
    /// another owner has recorded meanwhile counts.
    /// </summary>
    /// <param name="current">The delivery as it is stored now.</param>
    /// <param name="at">When the attempt ended.</param>
    public static DeliveryCompletion? Rebase(DeliveryCompletion completion, SpooledDelivery current, DateTimeOffset at)
    {
        var after = completion.Delivery with { Version = current.Version };
        if (current.State == DeliveryState.Delivered)
            return null;
        if (after.State == DeliveryState.Delivered)
            return completion with { Delivery = after };
        if (current.State == DeliveryState.Cancelled)
        {
            var ended = IsOpen(after.State) ? after with { State = DeliveryState.Cancelled, EndedAt = at } : after;
            return completion with { Delivery = ended, KeepsClaim = false };
        }
        // An operator's retry sets the count back to 0; a count that has reached ours is another owner's attempt.
        return IsOpen(current.State) && current.Attempts < after.Attempts ? completion with { Delivery = after } : null;
    }

    /// <summary>
    /// The store has this very result: its commit came through, and only the answer was lost. Stores keep times in milliseconds.
    /// </summary>
    /// <param name="current">The delivery as it is stored now.</param>
    public static bool IsRecorded(DeliveryCompletion completion, SpooledDelivery current)
    {
        var after = completion.Delivery;
        return (current.Version, current.State, current.Attempts) == (after.Version + 1, after.State, after.Attempts) &&
            current.EndedAt?.ToUnixTimeMilliseconds() == after.EndedAt?.ToUnixTimeMilliseconds() &&
            (!IsOpen(after.State) || current.NextAttemptAt.ToUnixTimeMilliseconds() == after.NextAttemptAt.ToUnixTimeMilliseconds());
    }

    private static bool IsHastened(DeliveryChange change, SpooledDelivery delivery) => delivery.NextAttemptAt > change.At &&
        (change.RecipientDomain is not { } domain || delivery.Recipients.Any(recipient => domain.Matches(recipient.Address)));

    /// <summary>
    /// Retry and release start the schedule again. A delivery that died at its destination is retried there. Only
    /// a refusal, which never had a destination, is released.
    /// </summary>
    private static SpooledDelivery? Begin(DeliveryChange change, SpooledDelivery delivery)
    {
        if (change.Kind == DeliveryChangeKind.Release && delivery is { State: DeliveryState.Dead, Destination.Length: > 0 })
            return null;
        var destination = change.Destination ?? delivery.Destination;
        if (destination.Length == 0 || change.Configured?.Contains(destination) == false)
            return null;
        return delivery with
        {
            Destination = destination,
            State = DeliveryState.Pending,
            Attempts = 0,
            QueuedAt = change.At,
            NextAttemptAt = change.At,
            EndedAt = null,
        };
    }
}
