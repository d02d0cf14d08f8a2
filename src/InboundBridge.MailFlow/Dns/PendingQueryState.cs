namespace InboundBridge.MailFlow.Dns;

/// <summary>How far a question has come.</summary>
internal enum PendingQueryState
{
    /// <summary>It has no turn yet.</summary>
    Waiting,

    /// <summary>Servers are asked.</summary>
    Running,

    /// <summary>Nobody waits for it any more.</summary>
    Abandoned,
    Ended,
}
