namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>What other nodes' views changed.</summary>
internal enum CircuitNews
{
    None,

    /// <summary>From now on the destination is left alone, because it does not answer another node.</summary>
    Followed,

    /// <summary>The view that was followed is gone: one attempt is made.</summary>
    Released,
}
