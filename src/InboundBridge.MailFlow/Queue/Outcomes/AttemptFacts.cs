using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Outcomes;

/// <summary>Everything about an attempt but its outcome.</summary>
/// <param name="Now">When it ended, on the steady clock.</param>
/// <param name="Age">How long the delivery has been trying, on the wall clock.</param>
/// <param name="Sample">In [0, 1), for the jitter.</param>
internal sealed record AttemptFacts(
    SpooledDelivery Delivery,
    SpooledMessage Message,
    DestinationOptions Destination,
    DateTimeOffset Started,
    TimeSpan Duration,
    DateTimeOffset Now,
    TimeSpan Age,
    double Sample);
