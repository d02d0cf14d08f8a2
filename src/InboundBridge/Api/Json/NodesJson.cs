using System.ComponentModel;
using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.Operations.Nodes;

namespace InboundBridge.Api.Json;

/// <param name="Next">Always null: there is one page.</param>
internal sealed record NodesJson(
    IEnumerable<NodeJson> Items,
    string? Next,
    [property: Description("What an operator should look at, such as different configurations for some minutes; null: nothing.")]
    string? Warning,
    [property: Description("Since when the database is away; the other nodes are then as the one that answers last heard of them.")]
    DateTimeOffset? AwaySince)
{
    public static NodesJson Of(NodeList list) =>
        new(list.Nodes.Select(node => NodeJson.Of(node, node.Node.Id == list.Self)), null, list.Warning,
            list.AwaySince);
}

internal sealed record NodeJson(
    string Id,
    string Name,
    [property: Description("The node that answers.")] bool Self,
    [property: Description("starting, ready, not_ready, draining or lost")] string State,
    [property: Description("Why it is not ready.")] string? Reason,
    string Version,
    string ConfigVersion,
    DateTimeOffset ConfigLoadedAt,
    DateTimeOffset StartedAt,
    DateTimeOffset HeardAt,
    IReadOnlyList<string> Listeners)
{
    public static NodeJson Of(HeardNode heard, bool isSelf)
    {
        var node = heard.Node;
        return new NodeJson(
            node.Id, node.Name, isSelf, NodeStateName.Of(heard.State), node.Reason, node.Version, node.ConfigVersion, node.ConfigLoadedAt,
            node.StartedAt, heard.HeardAt, node.Listeners);
    }
}
