using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Searching;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Reading;

/// <summary>Finds messages. Ids sort by time, so the index of ids also serves as an index of time.</summary>
internal static class MessageQueries
{
    private const string Rows = $"SELECT {MessageRow.Columns} FROM messages m ";

    /// <summary>Columns of a row, by their place.</summary>
    private const int Received = 2;
    private const int Subject = 7;
    private const int Envelope = 8;

    public static SpooledMessage? Find(SpoolReader reader, string id) =>
        reader.Statement(Rows + "WHERE m.id = ?1").Bind(1, id).ReadOne(row => MessageRow.Read(row, 0));

    /// <summary>A message has as many as it has recipients and reasons; more than these are not shown.</summary>
    private const int MostFollowUps = 100;

    public static List<SpooledMessage> FollowUps(SpoolReader reader, string id) =>
        reader.Statement(Rows + "WHERE m.cause = ?1 ORDER BY m.id LIMIT ?2").Bind(1, id).Bind(2, MostFollowUps)
            .ReadAll(row => MessageRow.Read(row, 0));

    /// <param name="tallies">Names the destinations that have deliveries of a state.</param>
    public static SpoolPage<SpooledMessage> List(
        SpoolReader reader, MessageFilter filter, string? cursor, int limit, IReadOnlyList<DeliveryTally> tallies, TimeProvider clock) =>
        filter.IsAboutDeliveries
            ? new MessagesByDelivery(reader, filter, tallies, new SearchBudget(clock)).List(cursor, limit)
            : ListByTime(reader, filter, cursor, limit, new SearchBudget(clock));

    /// <summary>The message with this number, if the filter wants it.</summary>
    public static SpooledMessage? FindWanted(SpoolReader reader, long seq, MessageFilter filter, MessageLook look)
    {
        var row = reader.Statement(Rows + "WHERE m.seq = ?1").Bind(1, seq);
        try
        {
            return row.Step() ? Wanted(row, filter, look) : null;
        }
        finally
        {
            row.Reset();
        }
    }

    /// <summary>The lowest number of a message that may fit a time: the filter's, and an hour for slow senders.</summary>
    public static long FirstSince(SpoolReader reader, DateTimeOffset since)
    {
        // Whoever began earlier than that has ended before the time, and has a lower number than everything received after it.
        var row = reader.Statement("SELECT seq FROM messages WHERE id < ?1 ORDER BY id DESC LIMIT 1")
            .Bind(1, MessageIdSource.FirstAt(since, -Slack));
        var first = row.Step() ? row.Number(0) + 1 : 0;
        row.Reset();
        return first;
    }

    /// <summary>The number of the first message that is too late for a time; null when none is.</summary>
    public static long? FirstAfter(SpoolReader reader, DateTimeOffset before)
    {
        var row = reader.Statement("SELECT seq FROM messages WHERE id >= ?1 ORDER BY id LIMIT 1")
            .Bind(1, MessageIdSource.FirstAt(before, Slack));
        var first = row.Step() ? row.Number(0) : (long?)null;
        row.Reset();
        return first;
    }

    /// <summary>When the newest message up to this number was received; null when there is none.</summary>
    public static DateTimeOffset? ReceivedUpTo(SpoolReader reader, long seq)
    {
        var row = reader.Statement("SELECT received_at FROM messages WHERE seq <= ?1 ORDER BY seq DESC LIMIT 1").Bind(1, seq);
        var time = row.Step() ? row.Time(0) : (DateTimeOffset?)null;
        row.Reset();
        return time;
    }

    private static SpoolPage<SpooledMessage> ListByTime(
        SpoolReader reader, MessageFilter filter, string? cursor, int limit, SearchBudget budget)
    {
        DeliveryPlace.Refuse(cursor);
        // A message is received after its id was made. "~" sorts after every id.
        var start = filter.Before is { } before ? MessageIdSource.FirstAt(before) : "~";
        if (cursor is not null && string.CompareOrdinal(cursor, start) < 0)
            start = cursor;
        var look = new MessageLook(filter);
        var rows = reader.Statement(Rows + "WHERE m.id < ?1 ORDER BY m.id DESC").Bind(1, start);
        try
        {
            var found = new List<SpooledMessage>();
            var (last, received) = (cursor, default(DateTimeOffset));
            for (; rows.Step(); budget.Spend(1))
            {
                if (found.Count == limit)
                    return new SpoolPage<SpooledMessage>(found, last);
                if (budget.IsSpent)
                    return new SpoolPage<SpooledMessage>(found, last, received);
                last = rows.Text(1);
                received = rows.Time(Received);
                if (received < filter.Since - Slack)
                    break;
                if (Wanted(rows, filter, look) is { } message)
                    found.Add(message);
            }
            return new SpoolPage<SpooledMessage>(found, null);
        }
        finally
        {
            rows.Reset();
        }
    }

    private static SpooledMessage? Wanted(SqliteStatement row, MessageFilter filter, MessageLook look)
    {
        if (!filter.WasReceived(row.Time(Received)) || !look.MayFit(row.Octets(Subject), row.Octets(Envelope)))
            return null;
        var message = MessageRow.Read(row, 0);
        return filter.Matches(message) ? message : null;
    }

    /// <summary>An id is made at MAIL, and the message's time is taken at DATA, which may come much later.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);
}
