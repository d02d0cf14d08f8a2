using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Json;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Reading;

/// <summary>Finds messages. Ids sort by time, so the index of ids also serves as an index of time.</summary>
internal static class MessageQueries
{
    private const string Rows = $"SELECT {MessageRow.Columns} FROM messages m ";

    private const string Deliveries = "SELECT state, tags FROM deliveries WHERE seq BETWEEN ?1 << 20 AND (?1 + 1 << 20) - 1";

    public static SpooledMessage? Find(SpoolReader reader, string id) =>
        reader.Statement(Rows + "WHERE m.id = ?1").Bind(1, id).ReadOne(row => MessageRow.Read(row, 0));

    /// <summary>A message has as many as it has recipients and reasons; more than these are not shown.</summary>
    private const int MostFollowUps = 100;

    public static List<SpooledMessage> FollowUps(SpoolReader reader, string id) =>
        reader.Statement(Rows + "WHERE m.cause = ?1 ORDER BY m.id LIMIT ?2").Bind(1, id).Bind(2, MostFollowUps)
            .ReadAll(row => MessageRow.Read(row, 0));

    public static SpoolPage<SpooledMessage> List(SpoolReader reader, MessageFilter filter, string? cursor, int limit)
    {
        // "~" sorts after every id.
        var rows = reader.Statement(Rows + "WHERE m.id < ?1 ORDER BY m.id DESC").Bind(1, cursor ?? "~");
        try
        {
            var found = new List<SpooledMessage>();
            string? last = cursor;
            for (var examined = 0; rows.Step(); examined++)
            {
                if (found.Count == limit || examined == DeliveryQueries.RowsExamined / 4)
                    return new SpoolPage<SpooledMessage>(found, last);
                last = rows.Text(1);
                var received = rows.Time(2);
                if (received < filter.Since - Slack)
                    break;
                if (!filter.WasReceived(received))
                    continue;
                var message = MessageRow.Read(rows, 0);
                if (filter.Matches(message) && (!NeedsDeliveries(filter) || HasDelivery(reader, rows.Number(0), filter)))
                    found.Add(message);
            }
            return new SpoolPage<SpooledMessage>(found, null);
        }
        finally
        {
            rows.Reset();
        }
    }

    /// <summary>An id is made at MAIL, and the message's time is taken at DATA, which may come much later.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    private static bool NeedsDeliveries(MessageFilter filter) => filter.Tag is not null || filter.State is not null;

    /// <summary>Whether one delivery has both the tag and the state.</summary>
    private static bool HasDelivery(SpoolReader reader, long seq, MessageFilter filter)
    {
        var rows = reader.Statement(Deliveries).Bind(1, seq);
        try
        {
            while (rows.Step())
            {
                if ((filter.State is null || (DeliveryState)rows.Number(0) == filter.State) &&
                    (filter.Tag is null || SpoolJson.ReadTexts(rows.Octets(1)).Contains(filter.Tag, StringComparer.Ordinal)))
                    return true;
            }
            return false;
        }
        finally
        {
            rows.Reset();
        }
    }
}
