namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>A delivery whose commit is under way.</summary>
/// <param name="Queued">Null: it stays in the spool, unclaimed, until the window has room for it.</param>
internal readonly record struct Arrival(DestinationQueue Destination, DateTimeOffset DueAt, QueuedDelivery? Queued);
