using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.Operations.Principals;

namespace InboundBridge.Operations.Nodes;

/// <summary>Shows the nodes that share the spool.</summary>
internal sealed class NodeOperations(IMailSpool spool, NodeSelf self, NodesHeard heard, TimeProvider clock)
{
    /// <summary>While the database is away, this node shows itself as it is, and the others as it last heard of them.</summary>
    public async Task<NodeList> ListAsync(Principal who, CancellationToken cancellationToken)
    {
        who.Demand(Operation.ListNodes);
        var (known, away) = await KnownAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var nodes = WithSelf(known, now);
        return new NodeList(nodes, self.Id, away is { } since ? AwayWords(since) : ConfigurationAgreement.Warning(nodes, now), away);
    }

    /// <summary>From what this node knows: asks no database, so it costs a page nothing.</summary>
    public NodeGlance Glance(Principal who)
    {
        who.Demand(Operation.ListNodes);
        var now = clock.GetUtcNow();
        return NodeGlance.Of(WithSelf(heard.Latest, now), now);
    }

    /// <summary>This node is as it is now, not as it was at its last report.</summary>
    private List<HeardNode> WithSelf(IReadOnlyList<HeardNode> known, DateTimeOffset now) =>
    [
        .. known.Where(one => one.Node.Id != self.Id).Append(new HeardNode(self.Describe(), now, TimeSpan.Zero))
            .OrderBy(one => one.Node.StartedAt).ThenBy(one => one.Node.Id, StringComparer.Ordinal),
    ];

    private async Task<(IReadOnlyList<HeardNode> Known, DateTimeOffset? Away)> KnownAsync(CancellationToken cancellationToken)
    {
        // A database that is known to be away would only make the caller wait.
        if (spool.AwaySince is { } since)
            return (heard.Latest, since);
        try
        {
            return (await spool.ListNodesAsync(cancellationToken), null);
        }
        catch (SpoolUnavailableException)
        {
            return (heard.Latest, spool.AwaySince ?? clock.GetUtcNow());
        }
    }

    private string AwayWords(DateTimeOffset since) => string.Create(
        CultureInfo.InvariantCulture,
        $"database away since {since.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}{(spool.Obstacle is { } why ? $" ({why})" : "")}: "
        + $"the other nodes are shown as this one last heard of them");
}
