using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Reading;

namespace InboundBridge.MailFlow.Spool.Sqlite;

/// <summary>Reads what greylisting remembers in a spool that another process may have open. Writes nothing.</summary>
public static class GreylistBeside
{
    /// <param name="folder">The spool's directory. Where it has no database yet, nothing is remembered.</param>
    /// <exception cref="SpoolUnavailableException">The database can't be read, by this user or at all.</exception>
    public static IReadOnlyList<GreylistEntry> Find(string folder, IReadOnlyList<UInt128> keys)
    {
        var path = Path.GetFullPath(Path.Combine(folder, "spool.db"));
        if (!File.Exists(path))
            return [];
        try
        {
            using var database = SqliteDatabase.OpenBeside(path);
            return GreylistQuery.Find(database, keys);
        }
        catch (SqliteFault fault)
        {
            throw new SpoolUnavailableException($"can't read {path}: {fault.Message}", fault);
        }
    }
}
