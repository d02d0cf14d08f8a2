using InboundBridge.MailFlow.Queue.Outcomes;

namespace InboundBridge.MailFlow.Queue.Asking;

/// <summary>What follows from a destination's answer.</summary>
/// <param name="Evidence">What it shows of the destination.</param>
/// <param name="PauseReason">Why the destination must be paused; null otherwise.</param>
/// <param name="Reply">What the destination answered, for people.</param>
internal sealed record AskVerdict(AskAnswer Answer, CircuitEvidence Evidence, string? PauseReason, string? Reply = null);
