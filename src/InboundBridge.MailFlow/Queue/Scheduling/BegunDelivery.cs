namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>A delivery that was claimed past the windows, counted as an attempt under way.</summary>
/// <param name="Use">The destination's target at that moment; whoever ends the attempt releases it.</param>
internal sealed record BegunDelivery(DestinationQueue Destination, TargetUse Use, QueuedDelivery Queued);
