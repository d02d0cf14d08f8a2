using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.MailFlow.Spool.Sqlite.Opening;

/// <summary>
/// Removes body files that a crash left without a row. Runs before anything is
/// staged, so that it can't remove a mail that is being received.
/// </summary>
internal static class OrphanSweep
{
    public static int Run(SqliteDatabase database, IBodyFiles files)
    {
        using var find = database.Prepare("SELECT 1 FROM messages WHERE id = ?1 AND body = 1");
        var swept = 0;
        foreach (var id in files.List())
        {
            var isOwned = find.Bind(1, id).Step();
            find.Reset();
            if (isOwned)
                continue;
            files.Delete(id);
            swept++;
        }
        return swept;
    }
}
