using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Opening;

/// <summary>Loads SQLite and the code that talks to it, before a spool is opened.</summary>
public static class SpoolAhead
{
    /// <summary>Uses a database in memory, which is gone at once.</summary>
    /// <returns>What it has read back: 1.</returns>
    public static long Load()
    {
        using var database = SqliteDatabase.Open(":memory:", readOnly: false);
        SpoolSchema.Configure(database, 500);
        return database.ReadNumber("SELECT 1");
    }
}
