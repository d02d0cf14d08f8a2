using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Operations.Deliveries;

/// <summary>The attempt that delivered a delivery. Failed ones are recorded one by one, and this one with the delivery itself.</summary>
public static class DeliveringAttempt
{
    /// <returns>Null unless it is delivered. No attempt began before the delivery was made.</returns>
    public static DateTimeOffset? Began(SpooledDelivery delivery) =>
        delivery is not { State: DeliveryState.Delivered, EndedAt: not null } ? null
        : delivery.NextAttemptAt > delivery.CreatedAt ? delivery.NextAttemptAt : delivery.CreatedAt;

    /// <returns>Null unless it is delivered.</returns>
    public static TimeSpan? Took(SpooledDelivery delivery) =>
        Began(delivery) is not { } began ? null : delivery.EndedAt > began ? delivery.EndedAt - began : TimeSpan.Zero;
}
