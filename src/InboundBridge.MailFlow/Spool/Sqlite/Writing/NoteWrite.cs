using InboundBridge.MailFlow.Spool.Contract.Notes;

namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>Stores notes, and makes room for them.</summary>
internal sealed class NoteWrite(IReadOnlyList<SpoolNote> notes, int most) : SpoolWrite
{
    private const string Replace = "INSERT OR REPLACE INTO notes(kind, key, expires, value) VALUES(?1, ?2, ?3, ?4)";

    private const string Evict =
        """
        DELETE FROM notes WHERE kind = ?1 AND key IN (
          SELECT key FROM notes WHERE kind = ?1 ORDER BY expires LIMIT max(0, (SELECT count(*) FROM notes WHERE kind = ?1) - ?2))
        """;

    public override bool CanLinger => true;

    public override void Apply(WriterSession session)
    {
        foreach (var note in notes)
        {
            session.Statement(Replace).Bind(1, note.Kind).Bind(2, note.Key).Bind(3, note.Expires).BindBlob(4, note.Value.Span).Run();
        }
        foreach (var kind in notes.Select(note => note.Kind).Distinct(StringComparer.Ordinal))
            MakeRoom(session, kind, most);
    }

    public static void MakeRoom(WriterSession session, string kind, int most) =>
        session.Statement(Evict).Bind(1, kind).Bind(2, most).Run();
}
