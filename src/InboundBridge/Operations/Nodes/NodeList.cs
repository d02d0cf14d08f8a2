using InboundBridge.MailFlow.Spool.Contract.Nodes;

namespace InboundBridge.Operations.Nodes;

/// <summary>The nodes of the spool.</summary>
/// <param name="Nodes">In the order of their starts. With the embedded spool there is one.</param>
/// <param name="Self">The id of the node that answers.</param>
/// <param name="Warning">What an operator should look at; null where there is nothing.</param>
internal sealed record NodeList(IReadOnlyList<HeardNode> Nodes, string Self, string? Warning);
