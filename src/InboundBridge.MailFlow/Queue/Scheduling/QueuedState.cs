namespace InboundBridge.MailFlow.Queue.Scheduling;

internal enum QueuedState
{
    /// <summary>Its commit is under way.</summary>
    Arriving,

    /// <summary>In the window, due or waiting for its time.</summary>
    Waiting,

    /// <summary>An attempt is under way.</summary>
    Active,

    /// <summary>The attempt is over, and its result is being recorded.</summary>
    Settling,
}
