using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.MailFlow.Spool.Sqlite.Reading;

internal static class NoteQueries
{
    public static SpoolNote? Find(SpoolReader reader, string kind, string key, DateTimeOffset now) =>
        reader.Statement("SELECT key, value, expires FROM notes WHERE kind = ?1 AND key = ?2 AND expires > ?3")
            .Bind(1, kind).Bind(2, key).Bind(3, now).ReadOne(row => Note(kind, row));

    public static IReadOnlyList<SpoolNote> List(SpoolReader reader, string kind, string? after, int limit, DateTimeOffset now) =>
        reader.Statement("SELECT key, value, expires FROM notes WHERE kind = ?1 AND key > ?2 AND expires > ?3 ORDER BY key LIMIT ?4")
            .Bind(1, kind).Bind(2, after ?? string.Empty).Bind(3, now).Bind(4, limit).ReadAll(row => Note(kind, row));

    public static bool HasExpired(SpoolReader reader, DateTimeOffset now)
    {
        var find = reader.Statement("SELECT 1 FROM notes WHERE expires <= ?1 LIMIT 1").Bind(1, now);
        var hasAny = find.Step();
        find.Reset();
        return hasAny;
    }

    private static SpoolNote Note(string kind, SqliteStatement row) =>
        new(kind, row.Text(0), row.Octets(1).ToArray(), row.Time(2));
}
