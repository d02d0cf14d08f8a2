using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Sealing;
using Npgsql;
using NpgsqlTypes;

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

    private const string Stored =
        "SELECT m.id FROM unnest($1::text[], $2::bigint[], $3::bytea[]) AS r(id, size, sha256) " +
        "JOIN messages m ON m.id = r.id AND m.size = r.size AND m.sha256 = r.sha256";

    /// <summary>
    /// Is told which pauses a transaction has found that claims deliveries, mostly none, before anybody hears that they are stored.
    /// </summary>
    public required Action<List<KeyValuePair<string, string>>> FoundPauses { get; init; }

    /// <returns>The ids of the deliveries whose results are recorded.</returns>
    public async Task<HashSet<string>> CommitAsync(IReadOnlyList<GroupWrite> writes, short slot)
    {
        await using var connection = await connections.OpenAsync(CancellationToken.None);
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Tallies.WaitBriefly));
        var tallies = AddMails(batch, [.. writes.OfType<MailWrite>()]);
        var results = writes.OfType<ResultWrite>().ToLookup(write => write.IsRemoval);
        AddResults(batch, [.. results[false]], slot);
        AddRemovals(batch, [.. results[true]], slot);
        AddCounts(batch, tallies, slot);
        await using var reader = await batch.ExecuteReaderAsync();
        var (ids, pauses) = await ReadAnswersAsync(reader);
        FoundPauses(pauses);
        return ids;
    }

    /// <summary>Which of these messages are stored: asked after a commit whose answer was lost.</summary>
    public async Task<HashSet<string>> FindStoredAsync(List<SpooledMessage> messages)
    {
        await using var connection = await connections.OpenAsync(CancellationToken.None);
        await using var command = new NpgsqlCommand(Stored, connection);
        command.Parameters
            .Texts(messages.ConvertAll(message => message.Id)).Numbers(messages.ConvertAll(message => message.Size))
            .Column(NpgsqlDbType.Bytea, messages.ConvertAll(message => Convert.FromHexString(message.Sha256)));
        await using var reader = await command.ExecuteReaderAsync();
        return (await ReadAnswersAsync(reader)).Ids;
    }

    /// <returns>What the mails add to the counts.</returns>
    private Tallies AddMails(NpgsqlBatch batch, List<MailWrite> mails)
    {
        var tallies = new Tallies();
        if (mails.Count == 0)
            return tallies;
        var (messages, deliveries) = (new MessageArrays(), new DeliveryArrays(seal));
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
        batch.BatchCommands.Add(new NpgsqlBatchCommand(PlanAsUsual));
        if (mails.Exists(write => write.Mail.Claims.Terms is not null))
            batch.BatchCommands.Add(new NpgsqlBatchCommand(PauseRows.All));
        return tallies;
    }

    /// <summary>At the end: a node that is stopped while it sends its mails holds no row that others have to change.</summary>
    private static void AddCounts(NpgsqlBatch batch, Tallies tallies, short slot)
    {
        if (tallies.IsEmpty)
            return;
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
