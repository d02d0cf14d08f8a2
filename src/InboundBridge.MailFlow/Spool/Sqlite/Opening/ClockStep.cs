using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Health;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Sqlite.Opening;

/// <summary>
/// After a start under a clock that was set back since the spool was written. While a process lives, its queue goes on in steady time; the times that the spool keeps
/// are those of the old clock, and what was due before would wait for them to come again. Such deliveries become due at once: a try too early costs little.
/// </summary>
internal static class ClockStep
{
    // A delivery that was never tried is due from its first moment on. One that was tried in the future was tried under another clock.
    private const string Hasten =
        """
        UPDATE deliveries SET next_at = ?1 WHERE destination = ?2 AND state < 2 AND next_at > ?1
        AND (?3 OR state = 0 OR EXISTS (SELECT 1 FROM attempts a WHERE a.delivery = deliveries.seq AND a.started_at > ?1))
        """;

    public static void Mend(SqliteDatabase database, DateTimeOffset now, ILogger log)
    {
        using var newest = database.Prepare("SELECT received_at FROM messages ORDER BY seq DESC LIMIT 1");
        var isBehind = newest.Step() && newest.Time(0) > now;
        newest.Reset();
        using var destinations = database.Prepare("SELECT DISTINCT destination FROM tallies");
        var names = new List<string>();
        while (destinations.Step())
            names.Add(destinations.Text(0));
        destinations.Reset();
        using var hasten = database.Prepare(Hasten);
        var changed = 0L;
        foreach (var name in names)
        {
            hasten.Bind(1, now).Bind(2, name).Bind(3, isBehind ? 1 : 0).Run();
            changed += database.ReadNumber("SELECT changes()");
        }
        if (changed > 0)
            SpoolLog.ClockWentBack(log, changed);
    }
}
