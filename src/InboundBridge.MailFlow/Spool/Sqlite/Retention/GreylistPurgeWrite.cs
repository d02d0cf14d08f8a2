using InboundBridge.MailFlow.Spool.Sqlite.Writing;

namespace InboundBridge.MailFlow.Spool.Sqlite.Retention;

/// <summary>Deletes some of the entries of greylisting that have expired.</summary>
internal sealed class GreylistPurgeWrite(DateTimeOffset now, GreylistSize size, int most) : SpoolWrite
{
    private long _deleted;

    public override bool CanLinger => true;

    public override void Apply(WriterSession session)
    {
        session.Statement("DELETE FROM greylist WHERE key IN (SELECT key FROM greylist WHERE expires <= ?1 ORDER BY expires LIMIT ?2)")
            .Bind(1, now).Bind(2, most).Run();
        _deleted = GreylistSize.Changes(session);
    }

    public override void Committed() => size.Committed(-_deleted);
}
