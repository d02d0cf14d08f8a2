using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Outcomes;

/// <summary>What follows from the outcome of one attempt. Pure: it decides, and others do.</summary>
/// <param name="Completion">To be recorded.</param>
/// <param name="Ends">Recipients for whom it is over, to be told to the hook.</param>
/// <param name="Evidence">What it tells of the destination.</param>
/// <param name="PauseReason">Not null: the destination is to be paused.</param>
/// <param name="Label">For metrics and log: delivered, retry, failed, discarded, paused or partial.</param>
internal sealed record OutcomeJudgement(
    DeliveryCompletion Completion,
    IReadOnlyList<DeliveryEnd> Ends,
    CircuitEvidence Evidence,
    string? PauseReason,
    string Label);
