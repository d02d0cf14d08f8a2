namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>Pauses a destination, or resumes it.</summary>
internal sealed class PauseWrite(string destination, string? reason) : SpoolWrite
{
    public override void Apply(WriterSession session)
    {
        if (reason is null)
        {
            session.Statement("DELETE FROM pauses WHERE destination = ?1").Bind(1, destination).Run();
            return;
        }
        session.Statement("INSERT OR REPLACE INTO pauses(destination, reason) VALUES(?1, ?2)").Bind(1, destination).Bind(2, reason).Run();
    }
}
