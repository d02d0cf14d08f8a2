namespace InboundBridge.MailFlow.Queue.Outcomes;

/// <summary>What an attempt tells of the destination itself.</summary>
internal enum CircuitEvidence
{
    None,
    Answer,
    Failure,
}
