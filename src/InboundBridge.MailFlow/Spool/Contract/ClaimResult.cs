namespace InboundBridge.MailFlow.Spool.Contract;

/// <param name="Claimed">In the order of the request.</param>
/// <param name="Next">
/// The earliest time at which another claim could find more: when the next unclaimed delivery is due, or when another owner's claim
/// expires. Null: the destination has nothing else that is open.
/// </param>
public sealed record ClaimResult(IReadOnlyList<ClaimedDelivery> Claimed, DateTimeOffset? Next)
{
    /// <summary>Where the next request goes on that collects; null when every delivery was looked at. Opaque.</summary>
    public string? Seen { get; init; }

    /// <summary>
    /// Why the destination is paused in a shared store, so that nothing is claimed. Null: it is not, or the request collects.
    /// </summary>
    public string? Pause { get; init; }
}

/// <summary>An open delivery with its message, as an attempt needs both.</summary>
/// <param name="Fence">Of the claim that was just made.</param>
public sealed record ClaimedDelivery(SpooledDelivery Delivery, SpooledMessage Message, long Fence);
