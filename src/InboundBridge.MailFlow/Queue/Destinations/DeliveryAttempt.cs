using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>The input of one attempt. The queue closes the content after it.</summary>
/// <param name="Number">1 for the first attempt.</param>
public sealed record DeliveryAttempt(SpooledDelivery Delivery, SpooledMessage Message, MailContent Content, int Number)
{
    /// <summary>
    /// Set when the mail is not accepted yet and its sender waits for the destination's answer. Only then may the outcome be <see
    /// cref="DeliveryOutcome.Refused"/>. Null for an attempt of the queue.
    /// </summary>
    public AskTime? Ask { get; init; }

    /// <summary>The W3C <c>traceparent</c> of this attempt; null where the mail is not traced.</summary>
    public string? TraceParent { get; init; }
}
