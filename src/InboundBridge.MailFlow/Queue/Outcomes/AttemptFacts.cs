using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Outcomes;

/// <summary>Everything about an attempt but its outcome.</summary>
/// <param name="Now">When it ended, on the steady clock.</param>
/// <param name="Age">Since the delivery was queued, on the wall clock.</param>
/// <param name="Sample">In [0, 1), for the jitter.</param>
/// <param name="Claim">Under which the attempt was made.</param>
/// <param name="Terms">Of the claim.</param>
internal sealed record AttemptFacts(
    SpooledDelivery Delivery,
    SpooledMessage Message,
    DestinationOptions Destination,
    DateTimeOffset Started,
    TimeSpan Duration,
    DateTimeOffset Now,
    TimeSpan Age,
    double Sample,
    DeliveryClaim Claim,
    ClaimTerms Terms)
{
    /// <summary>False where only the age of a delivery was looked at that waits to be collected.</summary>
    public bool WasTried { get; init; } = true;

    /// <summary>The age from which on senders hear that their mail waits; null: never.</summary>
    public TimeSpan? NoticeAfter { get; init; }
}
