using SQLitePCL;

namespace InboundBridge.MailFlow.Spool.Sqlite.Engine;

/// <summary>An error that SQLite reported. It never leaves the store: callers see the exceptions of the contract.</summary>
internal sealed class SqliteFault(int extendedCode, string message, string doing)
    : IOException($"SQLite {doing}: {message} ({extendedCode})")
{
    public int Code { get; } = extendedCode & 0xff;

    /// <summary>A page is damaged. Other pages of the file may well be fine.</summary>
    public bool IsDamage => Code is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <summary>The statement itself or the pages that it touched are at fault, so that other statements may still succeed.</summary>
    public bool IsOfOneStatement =>
        IsDamage || Code is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_ERROR;

    /// <summary>After these errors the connection's cache may differ from the file, so the connection is closed.</summary>
    public bool LosesConnection =>
        Code is raw.SQLITE_IOERR or raw.SQLITE_NOMEM or raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_PROTOCOL
            or raw.SQLITE_MISUSE;
}
