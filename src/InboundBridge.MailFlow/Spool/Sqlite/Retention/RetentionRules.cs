using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Retention;

internal enum RetentionVerdict
{
    Keep,
    DropOctets,
    Remove,
}

/// <summary>Whether a message has been kept long enough: while one of its deliveries is open or held it stays, whatever its age.</summary>
internal sealed class RetentionRules(SpoolOptions options, DateTimeOffset now)
{
    public const string Find =
        """
        SELECT m.received_at, m.body, max(d.state IN (0, 1, 4)), max(d.state IN (3, 5)), max(d.ended_at)
        FROM messages m LEFT JOIN deliveries d ON d.seq BETWEEN m.seq << 20 AND (m.seq + 1 << 20) - 1 WHERE m.seq = ?1
        """;

    /// <summary>Messages received after this are not worth a look.</summary>
    public DateTimeOffset Horizon =>
        now - (options.RetainBodies ? Min(options.RetainDelivered, options.RetainDead) : TimeSpan.Zero);

    /// <param name="find">Prepared from <see cref="Find"/>.</param>
    public RetentionVerdict Judge(SqliteStatement find, long seq)
    {
        find.Bind(1, seq);
        try
        {
            if (!find.Step() || find.IsNull(0) || find.Number(2) != 0)
                return RetentionVerdict.Keep;
            var endedBadly = find.Number(3) != 0;
            var ended = find.TimeOrNull(4) ?? find.Time(0);
            if (ended + (endedBadly ? options.RetainDead : options.RetainDelivered) <= now)
                return RetentionVerdict.Remove;
            var hasOctets = (MessageRow.Body)find.Number(1) != MessageRow.Body.Gone;
            return !options.RetainBodies && !endedBadly && hasOctets ? RetentionVerdict.DropOctets : RetentionVerdict.Keep;
        }
        finally
        {
            find.Reset();
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
