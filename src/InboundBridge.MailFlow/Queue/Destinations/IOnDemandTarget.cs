namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>
/// A destination that connects to nobody. Its mail goes over connections that its receivers open and turn round (RFC 2645).
/// </summary>
public interface IOnDemandTarget : IDeliveryTarget
{
    /// <summary>Begins a session. Nothing is read or sent before the first attempt.</summary>
    /// <param name="shutdown">Ends the wait for the receiver's greeting; an attempt that has begun is finished.</param>
    ITurnedSession Begin(TurnedConnection connection, CancellationToken shutdown);

    /// <summary>As <see cref="IDeliveryTarget.DeliverAsync"/>, over a session, which need not be of this destination.</summary>
    ValueTask<DeliveryOutcome> DeliverAsync(DeliveryAttempt attempt, ITurnedSession session, CancellationToken cancellationToken);
}
