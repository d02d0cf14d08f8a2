using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Asking;

/// <summary>What comes of one delivery before its mail is accepted.</summary>
/// <param name="Delivery">
/// As it is to be stored if the mail is accepted: delivered, ended in another way, or left to the queue. As it was where nobody was asked.
/// </param>
public sealed record AskAnswer(SpooledDelivery Delivery)
{
    /// <summary>Not null: the delivery is not made.</summary>
    public AskRefusal? Refusal { get; init; }

    /// <summary>Deliveries that follow from it: handed over to the destination of <c>on_failure</c>.</summary>
    public IReadOnlyList<SpooledDelivery> Added { get; init; } = [];

    /// <summary>Null where the destination was not asked.</summary>
    internal DestinationQueue? Asked { get; init; }

    internal TimeSpan Duration { get; init; }

    /// <summary>What the history of the delivery begins with; null where it was delivered or not asked.</summary>
    internal FailedAttempt? Attempt { get; init; }

    internal IReadOnlyList<DeliveryEnd> Ends { get; init; } = [];
}
