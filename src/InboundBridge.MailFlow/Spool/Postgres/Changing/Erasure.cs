using System.Text;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Json;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Postgres.Writing;

namespace InboundBridge.MailFlow.Spool.Postgres.Changing;

/// <summary>
/// Removes the octets of a message and everything that was read from them, in one transaction. PostgreSQL keeps the old rows in its files
/// until vacuum and new rows have overwritten them, and in its log until that is recycled.
/// </summary>
internal sealed class Erasure(string messageId, DateTimeOffset at)
{
    private const string ErasedMessage =
        "UPDATE messages SET subject = NULL, authentication = NULL, results = NULL, sha256 = '' WHERE seq = $1";

    private const string ErasedAttempts =
        "UPDATE attempts SET reply = '', reply_code = NULL, reply_enhanced = NULL, reply_host = NULL " +
        "WHERE delivery >= $1 << 20 AND delivery < ($1 + 1) << 20";

    private const string Deliveries =
        $"SELECT d.seq, {DeliveryColumns.All} FROM {DeliveryColumns.Join} WHERE d.seq >= $1 << 20 AND d.seq < ($1 + 1) << 20 " +
        "ORDER BY d.seq FOR UPDATE OF d";

    private const string ErasedDelivery =
        "UPDATE deliveries SET state = $2, ended_at = $3, last_reply = $4, recipients = $5, version = $6, tags = NULL, vars = NULL, " +
        "header_edits = NULL, options = NULL, hold_reason = NULL, reply_code = NULL, reply_enhanced = NULL, reply_host = NULL WHERE seq = $1";

    /// <returns>The deliveries that this cancelled; null for an unknown message.</returns>
    public async Task<IReadOnlyList<SpooledDelivery>?> RunAsync(StoreTransaction transaction)
    {
        var found = await transaction.ReadAsync(
            "SELECT seq FROM messages WHERE id = $1 FOR UPDATE", parameters => parameters.Text(messageId), row => row.GetInt64(0));
        if (found is not [var seq])
            return null;
        await transaction.RunCountingAsync(RemovalSql.DropOctets, (parameters, slot) => parameters.Slot(slot).Numbers([seq]));
        await transaction.RunAsync(ErasedMessage, parameters => parameters.Number(seq));
        await transaction.RunAsync(ErasedAttempts, parameters => parameters.Number(seq));
        var deliveries = await transaction.ReadAsync(
            Deliveries, parameters => parameters.Number(seq),
            row => (Number: row.GetInt64(0), Before: DeliveryColumns.Read(row, 1, transaction.Seal)));
        var cancelled = new List<SpooledDelivery>();
        foreach (var (number, before) in deliveries)
        {
            var left = DeliveryTransitions.Erase(before, at);
            await EraseAsync(transaction, number, left);
            if (left.State == before.State)
                continue;
            transaction.Tallies.Count(before.Destination, before.State, -1);
            transaction.Tallies.Count(left.Destination, left.State, 1);
            cancelled.Add(left);
        }
        return cancelled;
    }

    private static Task<int> EraseAsync(StoreTransaction transaction, long number, SpooledDelivery left) => transaction.RunAsync(
        ErasedDelivery,
        parameters => parameters
            .Number(number).State(left.State).NumberOrNull(StoredTime.OfNullable(left.EndedAt)).Text(left.LastReply?.Text)
            .Text(Encoding.UTF8.GetString(SpoolJson.Write(left.Recipients))).Number(left.Version));
}
