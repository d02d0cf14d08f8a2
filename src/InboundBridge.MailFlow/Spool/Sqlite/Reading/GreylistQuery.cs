using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Reading;

internal static class GreylistQuery
{
    private const string Entry = "SELECT first_seen, expires, passes FROM greylist WHERE key = ?1";

    public static IReadOnlyList<GreylistEntry> Find(SpoolReader reader, IReadOnlyList<UInt128> keys) => Find(reader.Statement(Entry), keys);

    public static IReadOnlyList<GreylistEntry> Find(SqliteDatabase database, IReadOnlyList<UInt128> keys)
    {
        using var find = database.Prepare(Entry);
        return Find(find, keys);
    }

    private static List<GreylistEntry> Find(SqliteStatement find, IReadOnlyList<UInt128> keys)
    {
        var found = new List<GreylistEntry>(keys.Count);
        foreach (var key in keys)
        {
            GreylistKey.Bind(find, 1, key);
            if (find.Step())
                found.Add(new GreylistEntry(key, find.Time(0), find.Time(1), (int)find.Number(2)));
            find.Reset();
        }
        return found;
    }

    public static bool HasExpired(SpoolReader reader, DateTimeOffset now)
    {
        var find = reader.Statement("SELECT 1 FROM greylist WHERE expires <= ?1 LIMIT 1").Bind(1, now);
        var hasAny = find.Step();
        find.Reset();
        return hasAny;
    }
}
