namespace InboundBridge.MailFlow.Spool.Contract.Sharing;

/// <summary>The answer of a service that a node has asked.</summary>
/// <param name="Left">How much longer it may be used.</param>
public readonly record struct NodeAnswer(bool IsYes, TimeSpan Left);
