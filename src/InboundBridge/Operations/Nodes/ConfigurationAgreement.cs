using InboundBridge.MailFlow.Spool.Contract.Nodes;

namespace InboundBridge.Operations.Nodes;

/// <summary>
/// Whether the nodes run the same configuration. While operators change one node after the other they do not, so a difference counts only
/// when no node has started or loaded another configuration for a while.
/// </summary>
internal static class ConfigurationAgreement
{
    /// <summary>Our choice: reloading a few machines takes less.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Versions that a warning names.</summary>
    private const int MostNamed = 5;

    /// <returns>Null where the nodes agree, or may still be about to.</returns>
    public static string? Warning(IReadOnlyList<HeardNode> nodes, DateTimeOffset now)
    {
        List<SpoolNode> alive = [.. nodes.Where(one => one.State is not (NodeState.Lost or NodeState.Draining)).Select(one => one.Node)];
        List<IGrouping<string, SpoolNode>> versions =
            [.. alive.GroupBy(node => node.ConfigVersion, StringComparer.Ordinal).OrderByDescending(group => group.Count())];
        if (versions.Count < 2 || alive.Max(node => node.ConfigLoadedAt) > now - Patience)
            return null;
        var named = versions.Take(MostNamed)
            .Select(group => $"{group.Key} on {string.Join(", ", group.Select(node => node.Name).Take(MostNamed))}");
        return $"the nodes have run different configurations for more than {Patience.TotalMinutes:0} minutes: {string.Join("; ", named)}";
    }
}
