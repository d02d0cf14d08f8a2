using InboundBridge.MailFlow.Spool.Contract.Notes;

namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>Stores a note unless there is one with its key that has not expired.</summary>
internal sealed class FirstNoteWrite(SpoolNote note, DateTimeOffset now, int most) : SpoolWrite
{
    private const string Insert =
        "INSERT INTO notes(kind, key, expires, value) VALUES(?1, ?2, ?3, ?4) ON CONFLICT(kind, key) DO UPDATE " +
        "SET expires = excluded.expires, value = excluded.value WHERE notes.expires <= ?5 RETURNING 1";

    public bool IsKept { get; private set; }

    public override void Apply(WriterSession session)
    {
        var insert = session.Statement(Insert)
            .Bind(1, note.Kind).Bind(2, note.Key).Bind(3, note.Expires).BindBlob(4, note.Value.Span).Bind(5, now);
        IsKept = insert.Step();
        insert.Reset();
        NoteWrite.MakeRoom(session, note.Kind, most);
    }
}
