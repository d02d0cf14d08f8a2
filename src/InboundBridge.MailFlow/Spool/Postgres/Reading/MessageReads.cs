using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Searching;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Reading;

/// <summary>Finds messages. Ids sort by time, so the index of ids also serves as an index of time.</summary>
internal static class MessageReads
{
    private const string Rows = $"SELECT {MessageColumns.All}, m.seq FROM messages m ";

    /// <summary>A message has as many as it has recipients and reasons; more than these are not shown.</summary>
    private const int MostFollowUps = 100;

    /// <summary>Rows of one query, so that a page that is full soon has not read them all.</summary>
    private const int Part = 2500;

    /// <summary>An id is made at MAIL, and the message's time is taken at DATA, which may come much later.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    private static readonly string Examined = string.Create(
        CultureInfo.InvariantCulture, $"(SELECT * FROM messages x WHERE x.id < $1 AND x.id >= $2 ORDER BY x.id DESC LIMIT {Part}) m");

    /// <summary>The server passes over most rows that nobody wants; what it lets pass is decoded and compared.</summary>
    private static readonly string Wanted =
        $"SELECT {MessageColumns.All}, m.seq FROM {Examined} "
        + "WHERE ($3::text IS NULL OR position($3 IN lower(m.subject COLLATE \"C\")) > 0) "
        + "AND ($4::text IS NULL OR position($4 IN lower(split_part(m.envelope, '\"recipients\":', 1) COLLATE \"C\")) > 0) "
        + "AND ($5::text IS NULL OR position($5 IN lower(m.envelope COLLATE \"C\")) > 0) ORDER BY m.id DESC LIMIT $6";

    private static readonly string End = $"SELECT min(m.id), count(*), min(m.received_at) FROM {Examined}";

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

    public static Task<SpoolPage<SpooledMessage>> ListAsync(
        NpgsqlConnection connection, MessageFilter filter, string? cursor, int limit, TimeProvider clock) =>
        filter.IsAboutDeliveries
            ? new MessagesByDelivery(connection, filter, new SearchBudget(clock)).ListAsync(cursor, limit)
            : ListByTimeAsync(connection, filter, cursor, limit, new SearchBudget(clock));

    /// <summary>The messages with these numbers.</summary>
    public static async Task<Dictionary<long, SpooledMessage>> FindAsync(NpgsqlConnection connection, List<long> numbers)
    {
        await using var command = new NpgsqlCommand(Rows + "WHERE m.seq = ANY($1)", connection);
        command.Parameters.Numbers(numbers);
        return (await ReadAsync(command)).ToDictionary(row => row.Seq, row => row.Message);
    }

    /// <summary>The lowest number of a message that may fit a time: the filter's, and an hour for slow senders.</summary>
    public static async Task<long> FirstSinceAsync(NpgsqlConnection connection, DateTimeOffset since) =>
        await NumberAsync(
            connection, "SELECT seq FROM messages WHERE id < $1 ORDER BY id DESC LIMIT 1", MessageIdSource.FirstAt(since, -Slack))
            is { } last ? last + 1 : 0;

    /// <summary>The number of the first message that is too late for a time; null when none is.</summary>
    public static Task<long?> FirstAfterAsync(NpgsqlConnection connection, DateTimeOffset before) =>
        NumberAsync(connection, "SELECT seq FROM messages WHERE id >= $1 ORDER BY id LIMIT 1", MessageIdSource.FirstAt(before, Slack));

    /// <summary>When the newest message up to this number was received; null when there is none.</summary>
    public static async Task<DateTimeOffset?> ReceivedUpToAsync(NpgsqlConnection connection, long seq)
    {
        await using var command = new NpgsqlCommand(
            "SELECT received_at FROM messages WHERE seq <= $1 ORDER BY seq DESC LIMIT 1", connection);
        command.Parameters.Number(seq);
        return await command.ExecuteScalarAsync() is long time ? StoredTime.From(time) : null;
    }

    private static async Task<SpoolPage<SpooledMessage>> ListByTimeAsync(
        NpgsqlConnection connection, MessageFilter filter, string? cursor, int limit, SearchBudget budget)
    {
        DeliveryPlace.Refuse(cursor);
        var look = new MessageLook(filter);
        // A message is received after its id was made. "~" sorts after every id.
        var below = filter.Before is { } before ? MessageIdSource.FirstAt(before) : "~";
        if (cursor is not null && string.CompareOrdinal(cursor, below) < 0)
            below = cursor;
        var first = filter.Since is { } since ? MessageIdSource.FirstAt(since, -Slack) : string.Empty;
        var found = new List<SpooledMessage>();
        while (true)
        {
            List<(SpooledMessage Message, long Seq)> rows;
            var start = below;
            await using (var command = new NpgsqlCommand(Wanted, connection))
            {
                command.Parameters.Text(below).Text(first).Text(look.Subject).Text(look.Sender).Text(look.Recipient).Number(limit + 1);
                rows = await ReadAsync(command);
            }
            foreach (var (message, _) in rows)
            {
                if (found.Count == limit)
                    return new SpoolPage<SpooledMessage>(found, below);
                below = message.Id;
                if (filter.Matches(message))
                    found.Add(message);
            }
            if (rows.Count > limit)
            {
                budget.Spend(rows.Count);
                if (budget.IsSpent)
                    return new SpoolPage<SpooledMessage>(found, below, rows[^1].Message.ReceivedAt);
                continue;
            }
            // Nothing else is wanted of this part.
            await using var end = new NpgsqlCommand(End, connection);
            end.Parameters.Text(start).Text(first);
            await using var reader = await end.ExecuteReaderAsync();
            await reader.ReadAsync();
            if (reader.GetInt64(1) < Part)
                return new SpoolPage<SpooledMessage>(found, null);
            below = reader.GetString(0);
            budget.Spend(Part);
            if (budget.IsSpent)
                return new SpoolPage<SpooledMessage>(found, below, reader.Time(2));
        }
    }

    private static async Task<long?> NumberAsync(NpgsqlConnection connection, string sql, string id)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Text(id);
        return (long?)await command.ExecuteScalarAsync();
    }

    private static async Task<List<(SpooledMessage Message, long Seq)>> ReadAsync(NpgsqlCommand command)
    {
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(SpooledMessage, long)>();
        while (await reader.ReadAsync())
            rows.Add((MessageColumns.Read(reader, 0), reader.GetInt64(MessageColumns.Width)));
        return rows;
    }
}
