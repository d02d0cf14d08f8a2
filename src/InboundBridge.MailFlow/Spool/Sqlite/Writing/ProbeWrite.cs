namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>Changes a row that nothing reads, to find out whether commits work.</summary>
internal sealed class ProbeWrite : SpoolWrite
{
    public override void Apply(WriterSession session) =>
        session.Statement("INSERT INTO totals(name, value) VALUES('probes', 1) ON CONFLICT(name) DO UPDATE SET value = value + 1").Run();
}
