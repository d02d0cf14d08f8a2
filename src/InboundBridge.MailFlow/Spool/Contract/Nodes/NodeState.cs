namespace InboundBridge.MailFlow.Spool.Contract.Nodes;

/// <summary>What a node does. Stores keep the numbers, so they never change.</summary>
public enum NodeState
{
    /// <summary>Its listeners are not open yet.</summary>
    Starting = 0,

    /// <summary>It takes mail and delivers.</summary>
    Ready = 1,

    /// <summary>Its listeners are open, and it refuses new mail for now; <see cref="SpoolNode.Reason"/> says why.</summary>
    NotReady = 2,

    /// <summary>It stops: it takes no new mail and finishes what is under way.</summary>
    Draining = 3,

    /// <summary>It has not been heard for <see cref="HeardNode.LostAfter"/>. Never stored: whoever reads finds out.</summary>
    Lost = 4,
}
