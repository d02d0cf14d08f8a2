using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.Text;

namespace InboundBridge.Operations.Nodes;

/// <summary>
/// Whether the nodes run the same configuration. While operators change one node after the other they do not, so a difference counts only
/// when no node has started or loaded another configuration for a while.
/// </summary>
internal static class ConfigurationAgreement
{
    /// <summary>Our choice: reloading a few machines takes less.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Versions that a warning names, and nodes of each.</summary>
    private const int MostNamed = 5;

    /// <summary>Digits of a version that a warning shows, at least; as many more as tell all of them apart.</summary>
    private const int LeastDigits = 6;

    /// <returns>Null where the nodes agree, or may still be about to.</returns>
    public static string? Warning(IReadOnlyList<HeardNode> nodes, DateTimeOffset now)
    {
        var alive = Alive(nodes);
        var versions = Versions(alive);
        if (versions.Count < 2 || alive.Max(node => node.ConfigLoadedAt) > now - Patience)
            return null;
        var digits = DigitsFor([.. versions.Select(group => group.Key)]);
        var named = versions.Take(MostNamed).Select(group => $"{Short(group.Key, digits)} on {Names([.. group], alive)}");
        var rest = versions.Count > MostNamed ? $"; and {versions.Count - MostNamed} more" : string.Empty;
        return $"the nodes have run different configurations for more than {Patience.TotalMinutes:0} minutes: "
            + $"{string.Join("; ", named)}{rest}. Compare 'inboundbridge check --print' on a node of each";
    }

    /// <summary>How many different configurations run on the nodes that are neither lost nor draining.</summary>
    public static int Count(IReadOnlyList<HeardNode> nodes) => Versions(Alive(nodes)).Count;

    private static List<SpoolNode> Alive(IReadOnlyList<HeardNode> nodes) =>
        [.. nodes.Where(one => one.State is not (NodeState.Lost or NodeState.Draining)).Select(one => one.Node)];

    private static List<IGrouping<string, SpoolNode>> Versions(List<SpoolNode> nodes) =>
        [.. nodes.GroupBy(node => node.ConfigVersion, StringComparer.Ordinal).OrderByDescending(group => group.Count())];

    private static int DigitsFor(List<string> versions)
    {
        for (var digits = LeastDigits; ; digits++)
        {
            if (versions.Select(version => Short(version, digits)).Distinct(StringComparer.Ordinal).Count() == versions.Count)
                return digits;
        }
    }

    private static string Short(string text, int digits) => CutText.At(text, digits);

    private static string Names(List<SpoolNode> some, List<SpoolNode> all)
    {
        var rest = some.Count > MostNamed ? $" and {some.Count - MostNamed} more" : string.Empty;
        return string.Join(", ", some.Take(MostNamed).Select(node => NameOf(node, all))) + rest;
    }

    /// <summary>Machines may have the same name; then the end of the id, which is random, tells the nodes apart.</summary>
    private static string NameOf(SpoolNode node, List<SpoolNode> all) =>
        all.Count(other => other.Name == node.Name) > 1
            ? $"{node.Name} (…{node.Id[^Math.Min(LeastDigits, node.Id.Length)..]})" : node.Name;
}
