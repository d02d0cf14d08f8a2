using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.Operations.Principals;

namespace InboundBridge.Operations.Nodes;

/// <summary>Shows the nodes that share the spool.</summary>
internal sealed class NodeOperations(IMailSpool spool, NodeSelf self, TimeProvider clock)
{
    /// <exception cref="SpoolUnavailableException">The spool can't be read.</exception>
    public async Task<NodeList> ListAsync(Principal who, CancellationToken cancellationToken)
    {
        who.Demand(Operation.ListNodes);
        // This node is as it is now, not as it was at its last report.
        var now = new HeardNode(self.Describe(), clock.GetUtcNow(), TimeSpan.Zero);
        var others = (await spool.ListNodesAsync(cancellationToken)).Where(one => one.Node.Id != self.Id);
        List<HeardNode> nodes =
            [.. others.Append(now).OrderBy(one => one.Node.StartedAt).ThenBy(one => one.Node.Id, StringComparer.Ordinal)];
        return new NodeList(nodes, self.Id, ConfigurationAgreement.Warning(nodes, now.HeardAt));
    }
}
