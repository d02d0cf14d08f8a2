using SQLitePCL;

namespace InboundBridge.MailFlow.Spool.Sqlite.Engine;

/// <summary>What SQLite answered instead of doing it. Never leaves the folder: callers see the exceptions of the contract.</summary>
internal sealed class SqliteFault(int extendedCode, string message, string doing)
    : IOException($"SQLite {doing}: {message} ({extendedCode})")
{
    public int Code { get; } = extendedCode & 0xff;

    /// <summary>A page that is not what was written: the rest of the file may well be fine.</summary>
    public bool IsDamage => Code is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <summary>The fault lies in what was asked or in the pages it touched; another statement may fare better.</summary>
    public bool IsOfOneStatement => IsDamage || Code is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_ERROR;

    /// <summary>After these the connection's picture of the file can't be trusted.</summary>
    public bool LosesConnection => Code is raw.SQLITE_IOERR or raw.SQLITE_NOMEM or raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_PROTOCOL or raw.SQLITE_MISUSE;
}
