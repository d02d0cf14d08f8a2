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
    /// <summary>
    /// Small groups would have the server plan these large statements anew at each execution. They read no table, so one plan is right for
    /// all sizes of tables. That is not so for the statements that follow.
    /// </summary>
    private const string PlanOnce = "SELECT set_config('plan_cache_mode', 'force_generic_plan', true)";

    private const string PlanAsUsual = "SELECT set_config('plan_cache_mode', 'auto', true)";

    /// <summary>
    /// Is told of the pauses that a transaction has found which claims deliveries, before anybody hears that they are stored.
    /// </summary>
    public required Action<IReadOnlyCollection<KeyValuePair<string, string>>> FoundPauses { get; init; }

    /// <returns>The ids of the deliveries whose results are recorded.</returns>
    public async Task<HashSet<string>> CommitAsync(IReadOnlyList<GroupWrite> writes, short slot)
    {
        await using var connection = await connections.OpenAsync(CancellationToken.None);
        await using var batch = connection.CreateBatch();
        AddMails(batch, [.. writes.OfType<MailWrite>()], slot);
        var results = writes.OfType<ResultWrite>().ToLookup(write => write.IsRemoval);
        AddResults(batch, [.. results[false]], slot);
        AddRemovals(batch, [.. results[true]], slot);
        await using var reader = await batch.ExecuteReaderAsync();
        var (ids, pauses) = await ReadAnswersAsync(reader);
        if (pauses.Count > 0)
            FoundPauses(pauses);
        return ids;
    }

    /// <summary>Which of these messages are stored: asked after a commit whose answer was lost.</summary>
    public async Task<HashSet<string>> FindStoredAsync(List<string> messageIds)
    {
        await using var connection = await connections.OpenAsync(CancellationToken.None);
        await using var command = new NpgsqlCommand("SELECT id FROM messages WHERE id = ANY($1)", connection);
        command.Parameters.Texts(messageIds);
        await using var reader = await command.ExecuteReaderAsync();
        return (await ReadAnswersAsync(reader)).Ids;
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
        batch.BatchCommands.Add(new NpgsqlBatchCommand(PlanOnce));
        var insert = new NpgsqlBatchCommand(MailSql.InsertMails);
        messages.Bind(insert.Parameters);
        deliveries.Bind(insert.Parameters);
        batch.BatchCommands.Add(insert);
        var count = new NpgsqlBatchCommand(Tallies.Add);
        tallies.Bind(count.Parameters, slot);
        batch.BatchCommands.Add(count);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(PlanAsUsual));
        if (mails.Exists(write => write.Mail.Claims.Terms is not null))
            batch.BatchCommands.Add(new NpgsqlBatchCommand(PauseRows.All));
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
        foreach (var group in results.Where(write => write.Verdict != RetentionVerdict.Keep).GroupBy(write => write.Verdict))
        {
            var ids = group.Select(write => write.Result.Delivery.MessageId).Distinct(StringComparer.Ordinal).ToList();
            AddLock(batch, ids);
            var removal = new NpgsqlBatchCommand(
                group.Key == RetentionVerdict.Remove ? RemovalSql.RemoveDelivered : RemovalSql.DropDelivered);
            removal.Parameters.Slot(slot).Texts(ids);
            batch.BatchCommands.Add(removal);
        }
    }

    private static void AddRemovals(NpgsqlBatch batch, List<ResultWrite> removals, short slot)
    {
        if (removals.Count == 0)
            return;
        var rows = new RemovalArrays();
        foreach (var write in removals)
            rows.Add(write.Result);
        AddLock(batch, removals.ConvertAll(write => write.Result.Delivery.MessageId));
        var removal = new NpgsqlBatchCommand(RemovalArrays.Remove);
        rows.Bind(removal.Parameters, slot);
        batch.BatchCommands.Add(removal);
    }

    private static void AddLock(NpgsqlBatch batch, List<string> messageIds)
    {
        var held = new NpgsqlBatchCommand(RemovalSql.LockById);
        held.Parameters.Texts(messageIds);
        batch.BatchCommands.Add(held);
    }

    /// <summary>Reads all answers to their end: the commit is behind the last one.</summary>
    private static async Task<(HashSet<string> Ids, List<KeyValuePair<string, string>> Pauses)> ReadAnswersAsync(NpgsqlDataReader reader)
    {
        var (ids, pauses) = (new HashSet<string>(StringComparer.Ordinal), new List<KeyValuePair<string, string>>());
        do
        {
            // Other answers are rows that were locked, which nobody needs to know.
            var kind = reader.FieldCount > 0 ? reader.GetName(0) : string.Empty;
            while (kind is "id" or PauseRows.Name && await reader.ReadAsync())
            {
                if (kind == "id")
                    ids.Add(reader.GetString(0));
                else
                    pauses.Add(PauseRows.Read(reader));
            }
        }
        while (await reader.NextResultAsync());
        return (ids, pauses);
    }
}
