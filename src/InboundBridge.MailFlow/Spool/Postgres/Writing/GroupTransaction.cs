using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Sealing;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Writing;

/// <summary>
/// Writes many changes in one transaction and one round trip: the statements go out together, and the server commits when it has come to
/// their end.
/// </summary>
internal sealed class GroupTransaction(PostgresConnections connections, OptionsSeal seal)
{
    /// <returns>The ids of the deliveries whose results are recorded.</returns>
    public async Task<HashSet<string>> CommitAsync(IReadOnlyList<GroupWrite> writes, short slot)
    {
        await using var connection = await connections.OpenAsync(CancellationToken.None);
        await using var batch = connection.CreateBatch();
        AddMails(batch, [.. writes.OfType<MailWrite>()], slot);
        var results = writes.OfType<ResultWrite>().ToList();
        AddResults(batch, results, slot);
        AddRemovals(batch, results, slot);
        return await RunAsync(batch, hasResults: results.Count > 0);
    }

    /// <summary>Which of these messages are stored: asked after a commit whose answer was lost.</summary>
    public async Task<HashSet<string>> FindStoredAsync(List<string> messageIds)
    {
        await using var connection = await connections.OpenAsync(CancellationToken.None);
        await using var command = new NpgsqlCommand("SELECT id FROM messages WHERE id = ANY($1)", connection);
        command.Parameters.Texts(messageIds);
        return await ReadIdsAsync(await command.ExecuteReaderAsync());
    }

    private void AddMails(NpgsqlBatch batch, List<MailWrite> mails, short slot)
    {
        if (mails.Count == 0)
            return;
        var (messages, deliveries, tallies) = (new MessageArrays(), new DeliveryArrays(seal), new Tallies());
        foreach (var write in mails)
        {
            var mail = write.Mail;
            messages.Add(mail.Message, StoredBody.Inline, write.Octets);
            deliveries.Add(mail.Message.Id, mail.Deliveries, mail.Claims);
            tallies.CountMessage(1, mail.Message.Size);
            tallies.CountAll(mail.Deliveries);
        }
        var insert = new NpgsqlBatchCommand(MailSql.InsertMails);
        messages.Bind(insert.Parameters);
        deliveries.Bind(insert.Parameters);
        batch.BatchCommands.Add(insert);
        var count = new NpgsqlBatchCommand(Tallies.Add);
        tallies.Bind(count.Parameters, slot);
        batch.BatchCommands.Add(count);
    }

    private static void AddResults(NpgsqlBatch batch, List<ResultWrite> results, short slot)
    {
        if (results.Count == 0)
            return;
        var rows = new ResultArrays();
        foreach (var write in results)
            rows.Add(write.Result);
        var record = new NpgsqlBatchCommand(ResultArrays.Record);
        rows.Bind(record.Parameters, slot);
        batch.BatchCommands.Add(record);
    }

    private static void AddRemovals(NpgsqlBatch batch, List<ResultWrite> results, short slot)
    {
        foreach (var group in results.Where(write => write.Verdict != RetentionVerdict.Keep).GroupBy(write => write.Verdict))
        {
            var ids = group.Select(write => write.Result.Delivery.MessageId).Distinct(StringComparer.Ordinal).ToList();
            var held = new NpgsqlBatchCommand(RemovalSql.LockById);
            held.Parameters.Texts(ids);
            batch.BatchCommands.Add(held);
            var removal = new NpgsqlBatchCommand(
                group.Key == RetentionVerdict.Remove ? RemovalSql.RemoveDelivered : RemovalSql.DropDelivered);
            removal.Parameters.Slot(slot).Texts(ids);
            batch.BatchCommands.Add(removal);
        }
    }

    private static async Task<HashSet<string>> RunAsync(NpgsqlBatch batch, bool hasResults)
    {
        if (hasResults)
            return await ReadIdsAsync(await batch.ExecuteReaderAsync());
        await batch.ExecuteNonQueryAsync();
        return [];
    }

    /// <summary>Reads the ids of the first answer, and all answers to their end: the commit is behind the last one.</summary>
    private static async Task<HashSet<string>> ReadIdsAsync(NpgsqlDataReader reader)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        await using (reader)
        {
            while (await reader.ReadAsync())
                ids.Add(reader.GetString(0));
            while (await reader.NextResultAsync())
            {
                // The rows that were locked, which nobody needs to know.
            }
        }
        return ids;
    }
}
