namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>A destination as the queue sees it: somewhere to hand one delivery to. Called concurrently, up to the destination's concurrency.</summary>
public interface IDeliveryTarget : IAsyncDisposable
{
    /// <summary>One attempt, bounded by the destination's time-out. The token is shutdown only: an attempt that may have been accepted is finished.</summary>
    ValueTask<DeliveryOutcome> DeliverAsync(DeliveryAttempt attempt, CancellationToken cancellationToken);

    /// <summary>One cheap try whether the destination answers (<c>destinations test</c>, the circuit's probe); nothing is delivered.</summary>
    ValueTask<DeliveryOutcome> ProbeAsync(CancellationToken cancellationToken);

    /// <summary>Sends something that is no mail, signed and authenticated like mail, and tells what was answered. Null: this kind of destination takes nothing but mail.</summary>
    ValueTask<DeliveryOutcome?> SendTestEventAsync(CancellationToken cancellationToken) => ValueTask.FromResult<DeliveryOutcome?>(null);
}
