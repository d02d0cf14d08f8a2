using InboundBridge.MailFlow.Spool.Sqlite.Writing;

namespace InboundBridge.MailFlow.Spool.Sqlite.Retention;

/// <summary>Deletes some of the notes that have expired.</summary>
internal sealed class NotePurgeWrite(DateTimeOffset now, int most) : SpoolWrite
{
    private const string Delete =
        "DELETE FROM notes WHERE (kind, key) IN (SELECT kind, key FROM notes WHERE expires <= ?1 ORDER BY expires LIMIT ?2)";

    public override bool CanLinger => true;

    public override void Apply(WriterSession session) => session.Statement(Delete).Bind(1, now).Bind(2, most).Run();
}
