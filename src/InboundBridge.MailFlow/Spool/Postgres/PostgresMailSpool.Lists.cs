using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Reading;

namespace InboundBridge.MailFlow.Spool.Postgres;

/// <summary>Lists of deliveries.</summary>
public sealed partial class PostgresMailSpool
{
    /// <inheritdoc/>
    public ValueTask<SpoolPage<SpooledDelivery>> ListDeliveriesAsync(
        DeliveryFilter filter, string? cursor, int limit, CancellationToken cancellationToken) =>
        _connections.ReadAsync(
            connection => DeliveryLists.ListAsync(connection, filter, cursor, limit, _keys.Seal, _clock), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SpooledDelivery>> FindDeliveriesAsync(
        IReadOnlyList<string> messageIds, CancellationToken cancellationToken) =>
        _connections.ReadAsync(connection => DeliveryReads.OfMessagesAsync(connection, messageIds, _keys.Seal), cancellationToken);
}
