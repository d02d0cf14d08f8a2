using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Disk;
using InboundBridge.MailFlow.Spool.Sealing;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Log;
using InboundBridge.MailFlow.Spool.Sqlite.Reading;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Opening;

/// <summary>
/// All connections of a spool to its database, and the log that they share. After a failed sync it closes and reopens them all.
/// </summary>
internal sealed class SpoolConnections : IDisposable
{
    private readonly string _path;
    private readonly SpoolInternals _internals;
    private readonly SpoolTallies _tallies;

    /// <summary>
    /// Stays open as long as the spool, so that the index of the log outlives a connection that is closed after a disk error. An index that
    /// is rebuilt from the log would take the failed commit for a good one, and later commits would depend on octets that never reached the
    /// disk. It closes last, so it alone decides what becomes of the log.
    /// </summary>
    private SqliteDatabase? _keeper;
    private OptionsSeal? _seal;
    private SyncedLog? _log;

    /// <param name="mend">Runs once, before anything is read.</param>
    /// <exception cref="SqliteFault">The database can't be opened.</exception>
    /// <exception cref="SpoolRefusedException">A newer program made it, or it is not a spool.</exception>
    public SpoolConnections(string path, SpoolInternals internals, SpoolTallies tallies, Action<SqliteDatabase> mend)
    {
        (_path, _internals, _tallies) = (path, internals, tallies);
        Readers = new SpoolReaders(() => Connect(readOnly: true));
        // SQLite would create the database readable by everybody. It gives the log and the index the mode of the database.
        PrivateFiles.CreateEmpty(path);
        Open(mend);
    }

    public SpoolReaders Readers { get; }

    public SqliteDatabase Keeper => _keeper ?? throw new InvalidOperationException("the spool is not open");

    public SyncedLog Log => _log ?? throw new InvalidOperationException("the spool is not open");

    public SqliteDatabase OpenWriter()
    {
        var database = Connect(readOnly: false);
        if (_internals.LargestPages > 0)
            database.Execute($"PRAGMA max_page_count = {_internals.LargestPages}");
        return database;
    }

    /// <summary>
    /// After a failed sync: closes everything, cuts the refused commits off the log, and opens again. The writer's connection is closed
    /// already. After a failure it can be called again; nothing is read until it has succeeded.
    /// </summary>
    /// <exception cref="SqliteFault">The disk still fails.</exception>
    public void Reopen()
    {
        Readers.Suspend();
        _keeper?.KeepLog();
        _keeper?.Dispose();
        _keeper = null;
        _log?.CutBack();
        _log?.Dispose();
        _log = null;
        Open();
        Readers.Resume();
    }

    /// <summary>Closing will leave the log as it is, for the next start.</summary>
    public void KeepLog() => _keeper?.KeepLog();

    public void Dispose()
    {
        _keeper?.Dispose();
        _keeper = null;
        _log?.Dispose();
        _log = null;
    }

    private void Open(Action<SqliteDatabase>? mend = null)
    {
        var log = _path + "-wal";
        _internals.FlushLog(log);
        var keeper = SqliteDatabase.Open(_path, readOnly: false, _internals.Vfs);
        try
        {
            SpoolSchema.Configure(keeper, 500);
            SpoolSchema.Check(keeper, _path);
            keeper.Seal = _seal ??= TakeSeal(keeper);
            SpoolSchema.Upgrade(keeper);
            mend?.Invoke(keeper);
            var isMoved = TryMoveLog(keeper);
            _tallies.Load(keeper);
            var pageSize = (int)keeper.ReadNumber("PRAGMA page_size");
            _log = new SyncedLog(_internals.OpenLog(log), pageSize, isMoved);
            _keeper = keeper;
        }
        catch
        {
            keeper.KeepLog();
            keeper.Dispose();
            throw;
        }
    }

    /// <summary>Checkpoints the log. A full disk may have no room for its pages in the database; then they stay in the log.</summary>
    private static bool TryMoveLog(SqliteDatabase keeper)
    {
        try
        {
            keeper.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            return true;
        }
        catch (SqliteFault fault) when (fault.Code == SQLitePCL.raw.SQLITE_FULL)
        {
            return false;
        }
    }

    private SqliteDatabase Connect(bool readOnly)
    {
        var database = SqliteDatabase.Open(_path, readOnly, _internals.Vfs);
        SpoolSchema.Configure(database, readOnly ? 4_000 : 16_000);
        database.Seal = _seal;
        return database;
    }

    /// <summary>
    /// Reads or creates the key. A missing key is not replaced while sealed texts exist: they would be unreadable without any explanation.
    /// </summary>
    private OptionsSeal TakeSeal(SqliteDatabase database)
    {
        var folder = Path.GetDirectoryName(_path)!;
        if (OptionsSeal.Read(folder) is { } known)
            return known;
        if (SpoolSchema.CountSealed(database) is > 0 and var sealedCount)
            throw new SpoolRefusedException(string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{Path.Combine(folder, OptionsSeal.FileName)} is missing: {sealedCount} deliveries hold options of rules that only it can decrypt. ")
                + "Restore it from the back-up of this spool; without one, put 32 random octets there, and those deliveries will wait "
                + "until they are cancelled");
        return OptionsSeal.Make(folder);
    }
}
