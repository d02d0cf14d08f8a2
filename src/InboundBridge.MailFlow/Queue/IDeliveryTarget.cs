using InboundBridge.MailFlow.Spool;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Queue;

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

/// <summary>What one attempt is given. The content is closed by the queue after the attempt.</summary>
/// <param name="Number">1 for the first attempt.</param>
public sealed record DeliveryAttempt(SpooledDelivery Delivery, SpooledMessage Message, MimeSource Content, int Number);
