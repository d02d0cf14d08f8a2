using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Outcomes;

/// <summary>An attempt that leaves recipients waiting for the next one, before it is recorded.</summary>
/// <param name="Delivery">As it will be recorded: the recipients that wait, each with its reply where they differ.</param>
/// <param name="Reply">What the destination answered about them.</param>
/// <param name="Attempt">As it will be recorded.</param>
public sealed record DeliveryWait(
    SpooledDelivery Delivery, SpooledMessage Message, DeliveryReply Reply, FailedAttempt Attempt, DestinationOptions Destination);
