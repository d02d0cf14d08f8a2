namespace InboundBridge.MailFlow.Queue;

/// <summary>A delivery whose commit is under way.</summary>
/// <param name="Queued">Null: it stays in the spool until its turn comes.</param>
internal readonly record struct Arrival(DestinationQueue Destination, DateTimeOffset DueAt, QueuedDelivery? Queued);

/// <summary>What an attempt tells of the destination itself.</summary>
internal enum CircuitEvidence
{
    None,
    Answer,
    Failure,
}
