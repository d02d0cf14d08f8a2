using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using InboundBridge.MailFlow.Spool.Sealing;
using SQLitePCL;

namespace InboundBridge.MailFlow.Spool.Sqlite.Engine;

/// <summary>
/// One connection, used by one thread at a time. A thin layer over SQLite that
/// prepares statements once and passes spans without copying them.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    /// <summary>Milliseconds to wait for another connection of this process that holds a lock.</summary>
    private const int BusyWait = 5000;

    /// <summary>Milliseconds that commits may wait for readers while the log is emptied after an erasure.</summary>
    private const int EmptyLogWait = 250;

    private readonly sqlite3 _handle;
    private readonly List<SqliteStatement> _statements = [];
    private GatheredLog? _gathered;
    private unsafe int* _logPages;

    /// <summary>Encrypts the options of deliveries. Set before a delivery is written or read.</summary>
    public OptionsSeal? Seal { get; set; }

    static SqliteDatabase()
    {
        Batteries_V2.Init();
        // SQLite counts its memory under a lock that every allocation of every thread takes, and nothing here reads that count.
        raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    private SqliteDatabase(sqlite3 handle) => _handle = handle;

    /// <exception cref="SqliteFault">It can't be opened.</exception>
    public static SqliteDatabase Open(string path, bool readOnly, string? vfs = null) => Open(
        path,
        raw.SQLITE_OPEN_NOMUTEX | (readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE),
        vfs);

    private static SqliteDatabase Open(string path, int flags, string? vfs)
    {
        var code = raw.sqlite3_open_v2(path, out var handle, flags, vfs!);
        if (code != raw.SQLITE_OK)
        {
            var message = handle is null ? "out of memory" : raw.sqlite3_errmsg(handle).utf8_to_string();
            handle?.Dispose();
            throw new SqliteFault(code, message, "open");
        }
        raw.sqlite3_extended_result_codes(handle, 1);
        raw.sqlite3_busy_timeout(handle, BusyWait);
        return new SqliteDatabase(handle);
    }

    /// <summary>
    /// Opens the database of a process that may be running, to read it and create no file beside it. SQLite takes its own locks there, as
    /// the <c>sqlite3</c> shell does.
    /// </summary>
    /// <exception cref="SqliteFault">It can't be opened.</exception>
    public static SqliteDatabase OpenBeside(string path)
    {
        // Without a log nobody writes, and a database that is said to be immutable needs no shared memory.
        var immutable = File.Exists(path + "-wal") ? "" : "&immutable=1";
        var uri = $"file:{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}?mode=ro{immutable}";
        return Open(uri, raw.SQLITE_OPEN_NOMUTEX | raw.SQLITE_OPEN_READONLY | raw.SQLITE_OPEN_URI, vfs: null);
    }

    public SqliteStatement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_handle, sql, out var statement), "prepare");
        var prepared = new SqliteStatement(this, statement);
        _statements.Add(prepared);
        return prepared;
    }

    /// <summary>Runs one or more statements and ignores their rows.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql), "execute");

    /// <summary>Runs <paramref name="commit"/>, a COMMIT, and writes its pages to the log in a few large writes.</summary>
    /// <exception cref="SqliteFault">The commit failed, and SQLite has rolled back.</exception>
    public unsafe void Commit(SqliteStatement commit)
    {
        VfsInterop.OsFile* log = null;
        Check(VfsInterop.FileControl(_handle.DangerousGetHandle(), null, VfsInterop.JournalPointer, &log), "find the log");
        if (log is null || log->Methods is null)
            commit.Run();
        else
            (_gathered ??= new GatheredLog()).Run(commit, log);
    }

    public long ReadNumber(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Number(0) : 0;
    }

    public void Check(int code, string doing)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
            throw new SqliteFault(raw.sqlite3_extended_errcode(_handle), raw.sqlite3_errmsg(_handle).utf8_to_string(), doing);
    }

    /// <summary>
    /// Turns off SQLite's automatic checkpoints. From now on only <see cref="MoveLog"/>
    /// runs one, and <see cref="LogPages"/> says when it is due.
    /// </summary>
    public unsafe void WatchLog()
    {
        _logPages = (int*)NativeMemory.AllocZeroed(sizeof(int));
        _ = SetLogHook(_handle.DangerousGetHandle(), &Committed, _logPages);
    }

    /// <summary>Pages that the log holds after the last commit; 0 when all of them are in the database.</summary>
    public unsafe int LogPages => _logPages is null ? 0 : *_logPages;

    /// <summary>Checkpoints the pages that no reader needs, without waiting for readers.</summary>
    public unsafe LogMove MoveLog()
    {
        var code = raw.sqlite3_wal_checkpoint_v2(_handle, null, raw.SQLITE_CHECKPOINT_PASSIVE, out var pages, out var moved);
        var isComplete = code == raw.SQLITE_OK && pages == moved;
        if (isComplete && _logPages is not null)
            *_logPages = 0;
        return new LogMove(code, isComplete);
    }

    /// <summary>Checkpoints all pages and truncates the log to nothing. Waits a moment for readers.</summary>
    public unsafe LogMove EmptyLog()
    {
        raw.sqlite3_busy_timeout(_handle, EmptyLogWait);
        var code = raw.sqlite3_wal_checkpoint_v2(_handle, null, raw.SQLITE_CHECKPOINT_TRUNCATE, out _, out _);
        raw.sqlite3_busy_timeout(_handle, BusyWait);
        if (code == raw.SQLITE_OK && _logPages is not null)
            *_logPages = 0;
        // A reader needs the log. Nothing was lost; the log only still holds its pages.
        return code == raw.SQLITE_BUSY ? new LogMove(raw.SQLITE_OK, IsComplete: false) : new LogMove(code, code == raw.SQLITE_OK);
    }

    /// <summary>From now on closing the last connection neither checkpoints the log nor removes it.</summary>
    public void KeepLog() => Check(raw.sqlite3_db_config(_handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _), "configure");

    public unsafe void Dispose()
    {
        foreach (var statement in _statements)
            statement.Dispose();
        _handle.Dispose();
        _gathered?.Dispose();
        _gathered = null;
        NativeMemory.Free(_logPages);
        _logPages = null;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int Committed(void* pages, nint database, byte* name, int count)
    {
        *(int*)pages = count;
        return raw.SQLITE_OK;
    }

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_wal_hook", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static extern unsafe nint SetLogHook(
        nint database, delegate* unmanaged[Cdecl]<void*, nint, byte*, int, int> hook, void* argument);
}
