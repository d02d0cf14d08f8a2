namespace InboundBridge.MailFlow.Queue.Outcomes;

/// <summary>What an attempt shows of the destination itself.</summary>
internal enum CircuitEvidence
{
    None,
    Answer,
    Failure,
}
