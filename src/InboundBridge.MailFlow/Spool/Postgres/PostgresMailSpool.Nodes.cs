using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.MailFlow.Spool.Postgres.Nodes;
using InboundBridge.MailFlow.Spool.Postgres.Reading;

namespace InboundBridge.MailFlow.Spool.Postgres;

/// <summary>What nodes know of each other.</summary>
public sealed partial class PostgresMailSpool
{
    /// <inheritdoc/>
    public async ValueTask ReportNodeAsync(SpoolNode self, CancellationToken cancellationToken) =>
        await _connections.ReadAsync(connection => NodeRows.ReportAsync(connection, self, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<HeardNode>> ListNodesAsync(CancellationToken cancellationToken) =>
        _connections.ReadAsync(connection => NodeRows.ListAsync(connection, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RemoveNodeAsync(string id, CancellationToken cancellationToken) =>
        await _connections.ReadAsync(connection => NodeRows.RemoveAsync(connection, id, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CircuitView>> ShareCircuitsAsync(
        string node, IReadOnlyList<CircuitView> own, CancellationToken cancellationToken) => _connections.ReadAsync(
        connection => CircuitRows.ShareAsync(connection, node, own, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset> ReadTimeAsync(CancellationToken cancellationToken) =>
        _connections.ReadAsync(StoreReads.TimeAsync, cancellationToken);

    public ValueTask<IReadOnlyDictionary<string, DateTimeOffset>> FindFreeAsync(
        IReadOnlyList<string> destinations, string owner, CancellationToken cancellationToken) => _connections.ReadAsync(
        connection => DestinationReads.FreeAsync(connection, destinations, owner, _clock.GetUtcNow()), cancellationToken);
}
