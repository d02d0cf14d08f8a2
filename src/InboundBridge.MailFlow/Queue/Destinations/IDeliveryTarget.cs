namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>Delivers to one destination. Called concurrently, up to the destination's concurrency.</summary>
public interface IDeliveryTarget : IAsyncDisposable
{
    /// <summary>
    /// Makes one attempt, bounded by the destination's time-out. The token means shutdown; even then an attempt that the destination may
    /// have accepted is finished.
    /// </summary>
    ValueTask<DeliveryOutcome> DeliverAsync(DeliveryAttempt attempt, CancellationToken cancellationToken);

    /// <summary>
    /// Checks cheaply whether the destination answers (<c>destinations test</c>, the circuit's probe). Nothing is delivered.
    /// </summary>
    ValueTask<DeliveryOutcome> ProbeAsync(CancellationToken cancellationToken);

    /// <summary>Sends a test event, signed and authenticated like a mail. Null: this kind of destination takes nothing but mail.</summary>
    ValueTask<DeliveryOutcome?> SendTestEventAsync(CancellationToken cancellationToken) => ValueTask.FromResult<DeliveryOutcome?>(null);
}
