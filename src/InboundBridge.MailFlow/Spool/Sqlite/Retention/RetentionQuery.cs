using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Retention;

/// <summary>Asks <see cref="RetentionRules"/> about a message of the database.</summary>
internal static class RetentionQuery
{
    public const string Find =
        """
        SELECT m.received_at, m.body, max(d.state IN (0, 1, 4)), max(d.state IN (3, 5)), max(d.ended_at)
        FROM messages m LEFT JOIN deliveries d ON d.seq BETWEEN m.seq << 20 AND (m.seq + 1 << 20) - 1 WHERE m.seq = ?1
        """;

    /// <param name="find">Prepared from <see cref="Find"/>.</param>
    /// <returns><see cref="RetentionVerdict.Keep"/> for a message that is gone, too.</returns>
    public static RetentionVerdict Judge(this RetentionRules rules, SqliteStatement find, long seq)
    {
        find.Bind(1, seq);
        try
        {
            // The row of the aggregates is there without a message, too, and then holds NULL.
            if (!find.Step() || find.IsNull(0))
                return RetentionVerdict.Keep;
            var hasOctets = (MessageRow.Body)find.Number(1) != MessageRow.Body.Gone;
            return rules.Judge(new MessageFate(find.Time(0), find.Number(2) != 0, find.Number(3) != 0, find.TimeOrNull(4), hasOctets));
        }
        finally
        {
            find.Reset();
        }
    }
}
