namespace InboundBridge.MailFlow.Queue.Scheduling;

internal enum CircuitState
{
    Closed,

    /// <summary>Nothing is attempted until the next probe.</summary>
    Open,

    /// <summary>One attempt at a time, until one is answered.</summary>
    HalfOpen,
}
