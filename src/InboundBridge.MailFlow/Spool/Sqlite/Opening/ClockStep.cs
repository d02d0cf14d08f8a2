using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Health;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Sqlite.Opening;

/// <summary>
/// Corrects due times at a start under a clock that was set back. A running queue measures time steadily, but the
/// stored due times are those of the old clock, and their deliveries would wait until the clock reaches them again.
/// They become due at once: an attempt too early costs little.
/// </summary>
internal static class ClockStep
{
    // A delivery without an attempt was due when it was created. An attempt in the future was made under the old clock.
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
