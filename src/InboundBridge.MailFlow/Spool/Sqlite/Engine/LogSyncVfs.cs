using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using InboundBridge.MailFlow.Spool.Disk;
using SQLitePCL;
using static InboundBridge.MailFlow.Spool.Sqlite.Engine.VfsInterop;

namespace InboundBridge.MailFlow.Spool.Sqlite.Engine;

/// <summary>
/// SQLite's own VFS with one call replaced: where SQLite itself syncs the write-ahead log (before a checkpoint, and when the log starts
/// over), this uses fdatasync(2) as <c>LogFile</c> does. The SQLite build that we ship uses fsync(2), and every 250 that is due waits for
/// it. Either call makes the octets and a changed size durable, which is all that a log needs; SQLite does the same when it is built with
/// <c>HAVE_FDATASYNC</c>. The first sync of a file stays with SQLite, which then also makes the file's name durable.
/// </summary>
internal static unsafe class LogSyncVfs
{
    private const string OurName = "inboundbridge";
    private const int ReadOnlyCloseOnExec = 0x80000;

    /// <summary>Octets that we add to SQLite's file structure: our descriptor of the log, and whether the log has been synced.</summary>
    private const int Trailer = 8;

    private static readonly Lock Gate = new();
    private static Vfs* _original;
    private static IoMethods* _usual;
    private static IoMethods* _ours;

    /// <summary>The VFS to open a database with; null for SQLite's default.</summary>
    public static string? Name { get; } = OperatingSystem.IsLinux() ? Register() : null;

    private static string? Register()
    {
        _original = Find(null);
        if (_original is null)
            return null;
        var ours = (Vfs*)NativeMemory.Alloc((nuint)sizeof(Vfs));
        *ours = *_original;
        ours->SizeOfFile = _original->SizeOfFile + Trailer;
        ours->Next = null;
        ours->Name = (byte*)Marshal.StringToCoTaskMemUTF8(OurName);
        ours->Open = &Open;
        return RegisterVfs(ours, 0) == raw.SQLITE_OK ? OurName : null;
    }

    private static int* Extra(OsFile* file) => (int*)((byte*)file + _original->SizeOfFile);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Vfs* vfs, byte* name, OsFile* file, int flags, int* outFlags)
    {
        var code = _original->Open(_original, name, file, flags, outFlags);
        if (code != raw.SQLITE_OK || (flags & raw.SQLITE_OPEN_WAL) == 0 || file->Methods is null)
            return code;
        // Closing any descriptor of a file drops all fcntl(2) locks on it. SQLite never locks
        // the log file itself, so our descriptor does no harm.
        var descriptor = PosixFile.Open(name, ReadOnlyCloseOnExec);
        if (descriptor < 0)
            return code;
        Extra(file)[0] = descriptor;
        Extra(file)[1] = 0;
        file->Methods = OursBehind(file->Methods);
        return code;
    }

    /// <summary>One method table serves all logs, because SQLite opens them all with the same methods.</summary>
    private static IoMethods* OursBehind(IoMethods* usual)
    {
        lock (Gate)
        {
            if (_ours is not null)
                return _ours;
            _usual = usual;
            var ours = (IoMethods*)NativeMemory.Alloc((nuint)sizeof(IoMethods));
            *ours = *usual;
            ours->Sync = &Sync;
            ours->Close = &Close;
            return _ours = ours;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(OsFile* file, int flags)
    {
        var extra = Extra(file);
        if (extra[1] == 0)
        {
            var first = _usual->Sync(file, flags);
            extra[1] = first == raw.SQLITE_OK ? 1 : 0;
            return first;
        }
        return PosixFile.SyncData(extra[0]) == 0 ? raw.SQLITE_OK : raw.SQLITE_IOERR_FSYNC;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(OsFile* file)
    {
        _ = PosixFile.Close(Extra(file)[0]);
        return _usual->Close(file);
    }
}
