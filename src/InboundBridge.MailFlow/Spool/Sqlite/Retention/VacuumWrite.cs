using InboundBridge.MailFlow.Spool.Sqlite.Writing;

namespace InboundBridge.MailFlow.Spool.Sqlite.Retention;

/// <summary>Returns some free pages of the database to the disk.</summary>
internal sealed class VacuumWrite(int pages) : SpoolWrite
{
    public override bool CanLinger => true;

    public override void Apply(WriterSession session) => session.Database.Execute($"PRAGMA incremental_vacuum({pages})");
}
