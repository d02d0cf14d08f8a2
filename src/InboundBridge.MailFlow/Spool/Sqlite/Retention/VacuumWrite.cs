using InboundBridge.MailFlow.Spool.Sqlite.Writing;

namespace InboundBridge.MailFlow.Spool.Sqlite.Retention;

/// <summary>Gives pages that nothing uses back to the disk, some at a time.</summary>
internal sealed class VacuumWrite(int pages) : SpoolWrite
{
    public override bool CanLinger => true;

    public override void Apply(WriterSession session) => session.Database.Execute($"PRAGMA incremental_vacuum({pages})");
}
