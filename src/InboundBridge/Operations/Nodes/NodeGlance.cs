using InboundBridge.MailFlow.Spool.Contract.Nodes;

namespace InboundBridge.Operations.Nodes;

/// <summary>The nodes at a glance: whether one of them needs a person.</summary>
/// <param name="Lost">The names of those that are silent, and that no other has replaced.</param>
/// <param name="Differ">The nodes have run different configurations for some minutes.</param>
/// <param name="IsOneOfSeveral">There are others than the node that answers.</param>
internal sealed record NodeGlance(IReadOnlyList<string> Lost, bool Differ, bool IsOneOfSeveral)
{
    /// <param name="nodes">The node that answers is among them.</param>
    public static NodeGlance Of(IReadOnlyList<HeardNode> nodes, DateTimeOffset now)
    {
        List<SpoolNode> open = [.. nodes.Where(one => one.State is NodeState.Ready or NodeState.NotReady).Select(one => one.Node)];
        var rest = nodes.Where(one => one.State != NodeState.Lost || !open.Exists(other => Replaces(other, one.Node))).ToList();
        return new NodeGlance(
            [.. rest.Where(one => one.State == NodeState.Lost).Select(one => one.Node.Name)],
            ConfigurationAgreement.Warning(nodes, now) is not null, rest.Count > 1);
    }

    /// <summary>A node that ended without a goodbye and started again has another id. Its machine and its listeners are the same.</summary>
    private static bool Replaces(SpoolNode node, SpoolNode lost) =>
        node.Name == lost.Name && node.Listeners.SequenceEqual(lost.Listeners, StringComparer.Ordinal);
}
