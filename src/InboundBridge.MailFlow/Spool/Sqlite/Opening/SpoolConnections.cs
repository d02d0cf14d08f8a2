using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Disk;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Log;
using InboundBridge.MailFlow.Spool.Sqlite.Reading;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Opening;

/// <summary>All connections of one spool to its database, and the log that they share. Opens them, and after a sync that failed closes all and opens them anew.</summary>
internal sealed class SpoolConnections : IDisposable
{
    private readonly string _path;
    private readonly SpoolInternals _internals;
    private readonly SpoolTallies _tallies;

    /// <summary>
    /// Open as long as the spool is, so that the index of the log outlives a connection that an error of the disk has cost: made anew from the log it would
    /// take the failed commit for a good one, and what is added behind that one would depend on octets that never reached the disk. It closes last, so that what
    /// becomes of the log then is said to it alone.
    /// </summary>
    private SqliteDatabase? _keeper;
    private OptionsSeal? _seal;
    private SyncedLog? _log;

    /// <param name="mend">Runs once, before anything is read.</param>
    /// <exception cref="SqliteFault">The database can't be opened.</exception>
    /// <exception cref="SpoolRefusedException">It is newer, or not a spool.</exception>
    public SpoolConnections(string path, SpoolInternals internals, SpoolTallies tallies, Action<SqliteDatabase> mend)
    {
        (_path, _internals, _tallies) = (path, internals, tallies);
        Readers = new SpoolReaders(() => Connect(readOnly: true));
        // SQLite makes the database for everybody to read, and its log and index as it finds the database.
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
    /// After a sync that failed: closes everything, takes the commits off the log that were refused, and opens again. The writer's connection is closed already.
    /// Where it fails it can be tried again; nothing is read until it has succeeded.
    /// </summary>
    /// <exception cref="SqliteFault">The disk refuses.</exception>
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

    /// <summary>Closing leaves the log as it is, for the next start to look at.</summary>
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

    /// <summary>A full disk may have no room for the pages of the log in the database: they stay where they are.</summary>
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

    /// <summary>A new key where the old one is gone would make everything that it sealed unreadable, and nobody would know why.</summary>
    private OptionsSeal TakeSeal(SqliteDatabase database)
    {
        var folder = Path.GetDirectoryName(_path)!;
        if (OptionsSeal.Read(folder) is { } known)
            return known;
        if (SpoolSchema.CountSealed(database) is > 0 and var sealedCount)
            throw new SpoolRefusedException(string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{Path.Combine(folder, OptionsSeal.FileName)} is missing: {sealedCount} deliveries hold options of rules that only it can decrypt. Restore it from the back-up of this spool; without one, put 32 random octets there, and those deliveries will wait until they are cancelled"));
        return OptionsSeal.Make(folder);
    }
}
