using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using InboundBridge.MailFlow.Spool.Disk;
using SQLitePCL;
using static InboundBridge.MailFlow.Spool.Sqlite.Engine.VfsInterop;

namespace InboundBridge.MailFlow.Spool.Sqlite.Engine;

/// <summary>
/// SQLite's own way to its files, but for one call: where SQLite itself syncs the write-ahead log (before it moves the log into the database, and when the log
/// begins anew), it is by fdatasync(2) as in <c>LogFile</c>. The build of SQLite that we ship syncs with fsync(2), and everybody's next 250 waits for that.
/// Octets and, where it changed, the size are on the disk either way, which is all that a log needs (SQLite itself does so where it is built with
/// <c>HAVE_FDATASYNC</c>). The first sync of a file stays SQLite's, which then makes the file's name durable too.
/// </summary>
internal static unsafe class LogSyncVfs
{
    private const string OurName = "inboundbridge";
    private const int ReadOnlyCloseOnExec = 0x80000;

    /// <summary>Behind SQLite's own part of a file: our descriptor of it, and whether it has been synced.</summary>
    private const int Trailer = 8;

    private static readonly Lock Gate = new();
    private static Vfs* _original;
    private static IoMethods* _usual;
    private static IoMethods* _ours;

    /// <summary>The name to open a database with; null where SQLite's own default is right.</summary>
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
        // No lock of SQLite's is on the log itself, so that closing a descriptor of ours frees none (fcntl(2)).
        var descriptor = PosixFile.Open(name, ReadOnlyCloseOnExec);
        if (descriptor < 0)
            return code;
        Extra(file)[0] = descriptor;
        Extra(file)[1] = 0;
        file->Methods = OursBehind(file->Methods);
        return code;
    }

    /// <summary>One table for all logs: SQLite has one kind of file for them.</summary>
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
