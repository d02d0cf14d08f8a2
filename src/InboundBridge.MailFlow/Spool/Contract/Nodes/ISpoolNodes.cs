namespace InboundBridge.MailFlow.Spool.Contract.Nodes;

/// <summary>
/// What the nodes of a store know of each other. A store that only one process can open knows that one. Nothing here has to outlive a
/// restart. Every method may throw <see cref="SpoolUnavailableException"/>.
/// </summary>
public interface ISpoolNodes
{
    /// <summary>
    /// Says that this node lives, and what it does. Forgets nodes that have been silent for <see cref="HeardNode.KeptFor"/>, and those
    /// beyond <see cref="HeardNode.Most"/>.
    /// </summary>
    ValueTask ReportNodeAsync(SpoolNode self, CancellationToken cancellationToken);

    /// <summary>Every node that the store remembers, in the order of their starts.</summary>
    ValueTask<IReadOnlyList<HeardNode>> ListNodesAsync(CancellationToken cancellationToken);

    /// <summary>A node says goodbye: from now on it is not listed.</summary>
    ValueTask RemoveNodeAsync(string id, CancellationToken cancellationToken);
}
