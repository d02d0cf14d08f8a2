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

    /// <summary>
    /// Tells the other nodes which destinations do not answer this one, and hears the same of them. What the node told before and does not
    /// repeat is taken back.
    /// </summary>
    /// <param name="node">The id of this node.</param>
    /// <param name="own">Its views; beyond <see cref="CircuitView.MostOfANode"/> they are ignored.</param>
    /// <returns>The views of all nodes that count, this one's among them, the oldest first.</returns>
    ValueTask<IReadOnlyList<CircuitView>> ShareCircuitsAsync(
        string node, IReadOnlyList<CircuitView> own, CancellationToken cancellationToken);
}
