namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>Deletes notes by their keys.</summary>
internal sealed class NoteRemoval(string kind, IReadOnlyList<string> keys) : SpoolWrite
{
    public override void Apply(WriterSession session)
    {
        foreach (var key in keys)
            session.Statement("DELETE FROM notes WHERE kind = ?1 AND key = ?2").Bind(1, kind).Bind(2, key).Run();
    }
}
