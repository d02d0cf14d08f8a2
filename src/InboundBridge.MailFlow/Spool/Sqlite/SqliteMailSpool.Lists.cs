using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Reading;

namespace InboundBridge.MailFlow.Spool.Sqlite;

/// <summary>What lists show beside each of their items.</summary>
public sealed partial class SqliteMailSpool
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SpooledDelivery>> FindDeliveriesAsync(
        IReadOnlyList<string> messageIds, CancellationToken cancellationToken) =>
        _readers.ReadAsync<IReadOnlyList<SpooledDelivery>>(
            reader => [.. messageIds.SelectMany(id => DeliveryQueries.OfOneMessage(reader, id))], cancellationToken);
}
