using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>Stores entries of greylisting, and makes room for them.</summary>
internal sealed class GreylistWrite(IReadOnlyList<GreylistEntry> entries, GreylistSize size, int most) : SpoolWrite
{
    private const string Update =
        """
        UPDATE greylist SET
          first_seen = CASE WHEN expires <= ?2 THEN ?2 ELSE min(first_seen, ?2) END,
          passes = CASE WHEN expires <= ?2 THEN ?4 ELSE max(passes, ?4) END,
          expires = CASE WHEN expires <= ?2 THEN ?3 ELSE max(expires, ?3) END
        WHERE key = ?1
        """;

    private const string Insert = "INSERT INTO greylist(key, first_seen, expires, passes) VALUES(?1, ?2, ?3, ?4)";

    private const string Evict = "DELETE FROM greylist WHERE key IN (SELECT key FROM greylist ORDER BY expires LIMIT ?1)";

    private long _added;

    public override bool CanLinger => true;

    public override void Apply(WriterSession session)
    {
        _added = 0;
        var before = size.Read(session);
        foreach (var entry in entries)
        {
            Run(session, Update, entry);
            if (GreylistSize.Changes(session) > 0)
                continue;
            Run(session, Insert, entry);
            _added++;
        }
        if (before + _added <= most)
            return;
        session.Statement(Evict).Bind(1, before + _added - most).Run();
        _added -= GreylistSize.Changes(session);
    }

    public override void Committed() => size.Committed(_added);

    private static void Run(WriterSession session, string sql, GreylistEntry entry) =>
        GreylistKey.Bind(session.Statement(sql), 1, entry.Key).Bind(2, entry.FirstSeen).Bind(3, entry.Expires).Bind(4, entry.Passes).Run();
}
