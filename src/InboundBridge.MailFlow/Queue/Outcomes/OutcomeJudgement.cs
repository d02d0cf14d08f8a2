using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Outcomes;

/// <summary>What follows from the outcome of one attempt.</summary>
/// <param name="Completion">The result to record.</param>
/// <param name="Ends">Recipients for whom the delivery has ended; the hook is told of them.</param>
/// <param name="Evidence">What the attempt shows of the destination.</param>
/// <param name="PauseReason">Why the destination must be paused; null otherwise.</param>
/// <param name="Label">For metrics and log: delivered, retry, failed, discarded, paused or partial.</param>
internal sealed record OutcomeJudgement(
    DeliveryCompletion Completion,
    IReadOnlyList<DeliveryEnd> Ends,
    CircuitEvidence Evidence,
    string? PauseReason,
    string Label);
