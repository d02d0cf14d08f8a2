using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// What the scheduler sets going. Each is called under its lock, so it returns at once and does its work on another thread.
/// </summary>
internal sealed record SchedulerWork
{
    /// <summary>
    /// Attempts a delivery. Ends with <see cref="DeliveryScheduler.AttemptOver"/>, then <see cref="DeliveryScheduler.Settled"/> or <see
    /// cref="DeliveryScheduler.Lost"/>.
    /// </summary>
    public required Action<DestinationQueue, QueuedDelivery> Attempt { get; init; }

    /// <summary>Asks a destination whether it answers. Ends with <see cref="DestinationScheduler.Probed"/>.</summary>
    public required Action<DestinationQueue> Probe { get; init; }

    /// <summary>
    /// Claims deliveries for a window. Ends with <see cref="WindowScheduler.Refilled"/> or <see cref="WindowScheduler.RefillFailed"/>.
    /// </summary>
    public required Action<DestinationQueue, ClaimRequest> Refill { get; init; }

    /// <summary>
    /// A destination with a rate is in use again. Ends with <see cref="DestinationScheduler.ShareRates"/>. Null without other nodes.
    /// </summary>
    public Action? RateBegins { get; init; }
}
