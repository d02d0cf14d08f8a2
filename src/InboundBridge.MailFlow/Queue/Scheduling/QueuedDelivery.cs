using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>A delivery that the scheduler has in memory. While it is here the spool's copy is not looked at. Guarded by the scheduler's lock.</summary>
internal sealed class QueuedDelivery(SpooledDelivery delivery, SpooledMessage message)
{
    public SpooledDelivery Delivery { get; set; } = delivery;

    public SpooledMessage Message { get; } = message;

    public QueuedState State { get; set; }

    /// <summary>Its recipients when it came here.</summary>
    public IReadOnlyList<MailRecipient> LaneRecipients { get; } = delivery.Recipients;

    /// <summary>When it may be tried; the stored time, but never beyond what the schedule can ask for.</summary>
    public DateTimeOffset DueAt { get; set; } = delivery.NextAttemptAt;

    /// <summary>Breaks ties and keeps the order of arrival.</summary>
    public long Number { get; set; }

    /// <summary>An operator changed it while it was not here to be changed: what the spool says now counts, unless the attempt delivered it.</summary>
    public SpooledDelivery? Override { get; set; }
}
