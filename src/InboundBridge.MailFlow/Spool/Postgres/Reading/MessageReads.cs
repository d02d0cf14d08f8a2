using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Json;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Reading;

/// <summary>Finds messages. Ids sort by time, so the index of ids also serves as an index of time.</summary>
internal static class MessageReads
{
    private const string Rows = $"SELECT {MessageColumns.All}, m.seq FROM messages m ";

    /// <summary>A message has as many as it has recipients and reasons; more than these are not shown.</summary>
    private const int MostFollowUps = 100;

    /// <summary>Rows that one page examines at most; then the page ends early with a cursor.</summary>
    private const int RowsExamined = 5000;

    /// <summary>Rows of one query, so that a page that is full soon has not read them all.</summary>
    private const int Step = 500;

    /// <summary>An id is made at MAIL, and the message's time is taken at DATA, which may come much later.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    public static async Task<SpooledMessage?> FindAsync(NpgsqlConnection connection, string id)
    {
        await using var command = new NpgsqlCommand(Rows + "WHERE m.id = $1", connection);
        command.Parameters.Text(id);
        return (await ReadAsync(command)) is [var found] ? found.Message : null;
    }

    public static async Task<IReadOnlyList<SpooledMessage>> FollowUpsAsync(NpgsqlConnection connection, string id)
    {
        await using var command = new NpgsqlCommand(Rows + "WHERE m.cause = $1 ORDER BY m.id LIMIT $2", connection);
        command.Parameters.Text(id).Number(MostFollowUps);
        return (await ReadAsync(command)).ConvertAll(row => row.Message);
    }

    public static async Task<SpoolPage<SpooledMessage>> ListAsync(
        NpgsqlConnection connection, MessageFilter filter, string? cursor, int limit)
    {
        var found = new List<SpooledMessage>();
        // "~" sorts after every id.
        var last = cursor ?? "~";
        var step = Math.Min(Step, Math.Max(limit + 1, Step / 10));
        for (var examined = 0; ;)
        {
            await using var command = new NpgsqlCommand(Rows + "WHERE m.id < $1 ORDER BY m.id DESC LIMIT $2", connection);
            command.Parameters.Text(last).Number(step);
            var rows = await ReadAsync(command);
            var wanted = await SelectAsync(connection, rows, filter);
            foreach (var row in rows)
            {
                if (found.Count == limit || examined++ == RowsExamined)
                    return new SpoolPage<SpooledMessage>(found, last);
                last = row.Message.Id;
                if (row.Message.ReceivedAt < filter.Since - Slack)
                    return new SpoolPage<SpooledMessage>(found, null);
                if (wanted.Contains(row.Seq))
                    found.Add(row.Message);
            }
            if (rows.Count < step)
                return new SpoolPage<SpooledMessage>(found, null);
        }
    }

    private static async Task<List<(SpooledMessage Message, long Seq)>> ReadAsync(NpgsqlCommand command)
    {
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(SpooledMessage, long)>();
        while (await reader.ReadAsync())
            rows.Add((MessageColumns.Read(reader, 0), reader.GetInt64(MessageColumns.Width)));
        return rows;
    }

    /// <summary>The numbers of the messages that the filter wants.</summary>
    private static async Task<HashSet<long>> SelectAsync(
        NpgsqlConnection connection, List<(SpooledMessage Message, long Seq)> rows, MessageFilter filter)
    {
        var matches = rows.Where(row => filter.Matches(row.Message)).Select(row => row.Seq).ToHashSet();
        if ((filter.Tag is null && filter.State is null) || matches.Count == 0)
            return matches;
        await using var command = new NpgsqlCommand(
            "SELECT d.seq >> 20, d.state, d.tags FROM unnest($1::bigint[]) AS r(seq) " +
            "JOIN deliveries d ON d.seq >= r.seq << 20 AND d.seq < (r.seq + 1) << 20", connection);
        command.Parameters.Numbers([.. matches]);
        await using var reader = await command.ExecuteReaderAsync();
        var wanted = new HashSet<long>();
        while (await reader.ReadAsync())
        {
            // One delivery must have both the tag and the state.
            if ((filter.State is null || (DeliveryState)reader.GetInt16(1) == filter.State)
                && (filter.Tag is null || SpoolJson.ReadTexts(reader.Json(2)).Contains(filter.Tag, StringComparer.Ordinal)))
                wanted.Add(reader.GetInt64(0));
        }
        return wanted;
    }
}
