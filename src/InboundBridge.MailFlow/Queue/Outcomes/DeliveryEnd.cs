using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Outcomes;

/// <summary>The end of a delivery for some of its recipients, before it is recorded.</summary>
/// <param name="Delivery">As it was when the attempt began.</param>
/// <param name="Recipients">Those for whom it ended; recipients that are tried again are not among them.</param>
/// <param name="State">Delivered, Dead or Cancelled.</param>
/// <param name="Expired">True when it was given up because of <c>maximum_age</c>, not because the destination refused.</param>
/// <param name="Destination">Null when the destination is no longer configured.</param>
public sealed record DeliveryEnd(
    SpooledDelivery Delivery,
    SpooledMessage Message,
    IReadOnlyList<MailRecipient> Recipients,
    DeliveryState State,
    DeliveryReply Reply,
    bool Expired,
    DestinationOptions? Destination)
{
    /// <summary>NOTIFY asks for success, and the destination answers it for these recipients.</summary>
    public bool TookNotify { get; init; }

    /// <summary>The mail, where it is not in the spool yet: recipients that the rules refuse while it is accepted for others.</summary>
    public MailContent? Content { get; init; }
}
