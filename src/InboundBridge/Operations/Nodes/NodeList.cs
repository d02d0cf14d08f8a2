using InboundBridge.MailFlow.Spool.Contract.Nodes;

namespace InboundBridge.Operations.Nodes;

/// <summary>The nodes of the spool.</summary>
/// <param name="Nodes">In the order of their starts. With the embedded spool there is one.</param>
/// <param name="Self">The id of the node that answers.</param>
/// <param name="Warning">What an operator should look at; null where there is nothing.</param>
/// <param name="AwaySince">
/// Since when the database is away, so that the others are as this node last heard of them; null: it is not.
/// </param>
internal sealed record NodeList(IReadOnlyList<HeardNode> Nodes, string Self, string? Warning, DateTimeOffset? AwaySince);
