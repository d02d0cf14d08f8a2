using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Nodes;

namespace InboundBridge.MailFlow.Spool.Sqlite;

/// <summary>Only this process can have the store open, so it is the only node. It is remembered in memory.</summary>
public sealed partial class SqliteMailSpool
{
    /// <inheritdoc/>
    public ValueTask ReportNodeAsync(SpoolNode self, CancellationToken cancellationToken)
    {
        _node.Set(self);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<HeardNode>> ListNodesAsync(CancellationToken cancellationToken) => new(_node.List());

    /// <inheritdoc/>
    public ValueTask RemoveNodeAsync(string id, CancellationToken cancellationToken)
    {
        _node.Remove(id);
        return ValueTask.CompletedTask;
    }

    /// <summary>There is no other node to tell.</summary>
    public ValueTask<IReadOnlyList<CircuitView>> ShareCircuitsAsync(
        string node, IReadOnlyList<CircuitView> own, CancellationToken cancellationToken) =>
        new([.. own.Take(CircuitView.MostOfANode).Select(view => view.Cut())]);

    /// <summary>From memory, and without the time: where nobody else claims, nobody has to ask.</summary>
    public ValueTask<IReadOnlyDictionary<string, DateTimeOffset>> FindFreeAsync(
        IReadOnlyList<string> destinations, string owner, CancellationToken cancellationToken)
    {
        var free = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var tally in _tallies.List())
        {
            var hasWork = tally.Count > 0 && DeliveryTransitions.IsOpen(tally.State);
            if (hasWork && destinations.Contains(tally.Destination, StringComparer.Ordinal))
                free[tally.Destination] = DateTimeOffset.MinValue;
        }
        return new(free);
    }
}
