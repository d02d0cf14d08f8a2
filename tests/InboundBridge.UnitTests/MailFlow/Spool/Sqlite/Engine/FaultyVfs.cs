using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using SQLitePCL;
using static InboundBridge.MailFlow.Spool.Sqlite.Engine.VfsInterop;
using static InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Engine.VfsRegistration;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Engine;

/// <summary>
/// A VFS between SQLite and its own: every write, truncation and sync of the database and its log is shown to a <see
/// cref="FaultyDatabaseDisk"/>, which may refuse it. Everything else is handed through, so that locks and shared memory are the real ones.
/// </summary>
internal static unsafe class FaultyVfs
{
    public const string Name = "inboundbridge-faulty";

    /// <summary>Precedes SQLite's own file structure: our methods, and the number of the file.</summary>
    private const int Header = 16;

    private static readonly Lock Gate = new();
    private static readonly List<FaultyFile?> Files = [];
    private static readonly List<FaultyDatabaseDisk> Disks = [];
    private static readonly IoMethods* Methods = MakeMethods();
    private static readonly Vfs* Base = Register();

    /// <summary>Attaches a disk to the files of a folder.</summary>
    public static void Attach(FaultyDatabaseDisk disk)
    {
        _ = Base;
        lock (Gate)
            Disks.Add(disk);
    }

    public static void Detach(FaultyDatabaseDisk disk)
    {
        lock (Gate)
            Disks.Remove(disk);
    }

    private static Vfs* Register()
    {
        Batteries_V2.Init();
        var original = Find(null);
        var ours = (Vfs*)NativeMemory.Alloc((nuint)sizeof(Vfs));
        *ours = *original;
        ours->SizeOfFile = original->SizeOfFile + Header;
        ours->Next = null;
        ours->Name = (byte*)Marshal.StringToCoTaskMemUTF8(Name);
        ours->Open = &Open;
        ours->Delete = &Delete;
        _ = RegisterVfs(ours, 0);
        return original;
    }

    private static IoMethods* MakeMethods()
    {
        var methods = (IoMethods*)NativeMemory.Alloc((nuint)sizeof(IoMethods));
        *methods = new IoMethods
        {
            Version = 3,
            Close = &Close,
            Read = &Read,
            Write = &Write,
            Truncate = &Truncate,
            Sync = &Sync,
            FileSize = &FileSize,
            Lock = &LockFile,
            Unlock = &Unlock,
            CheckReservedLock = &CheckReservedLock,
            FileControl = &FileControl,
            SectorSize = &SectorSize,
            DeviceCharacteristics = &DeviceCharacteristics,
            ShmMap = &ShmMap,
            ShmLock = &ShmLock,
            ShmBarrier = &ShmBarrier,
            ShmUnmap = &ShmUnmap,
            Fetch = &Fetch,
            Unfetch = &Unfetch,
        };
        return methods;
    }

    private static OsFile* Real(OsFile* file) => (OsFile*)((byte*)file + Header);

    private static FaultyFile? Managed(OsFile* file)
    {
        lock (Gate)
            return Files[(int)((long*)file)[1]];
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Vfs* vfs, byte* name, OsFile* file, int flags, int* outFlags)
    {
        file->Methods = null;
        var code = Base->Open(Base, name, Real(file), flags, outFlags);
        if (code != raw.SQLITE_OK)
            return code;
        var path = Marshal.PtrToStringUTF8((nint)name) ?? string.Empty;
        lock (Gate)
        {
            var disk = Disks.Find(one => path.StartsWith(one.Folder + "/", StringComparison.Ordinal));
            ((long*)file)[1] = Files.Count;
            Files.Add(disk?.Open(Path.GetFileName(path)));
        }
        file->Methods = Methods;
        return code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(Vfs* vfs, byte* name, int syncFolder)
    {
        var path = Marshal.PtrToStringUTF8((nint)name) ?? string.Empty;
        lock (Gate)
            Disks.Find(one => path.StartsWith(one.Folder + "/", StringComparison.Ordinal))?.Deleted(Path.GetFileName(path));
        return Base->Delete(Base, name, syncFolder);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(OsFile* file) => Real(file)->Methods->Close(Real(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(OsFile* file, byte* buffer, int count, long offset) =>
        Real(file)->Methods->Read(Real(file), buffer, count, offset);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(OsFile* file, byte* buffer, int count, long offset)
    {
        var refused = Managed(file)?.Write(new ReadOnlySpan<byte>(buffer, count), offset) ?? 0;
        return refused != 0 ? refused : Real(file)->Methods->Write(Real(file), buffer, count, offset);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(OsFile* file, long size)
    {
        var refused = Managed(file)?.Truncate(size) ?? 0;
        return refused != 0 ? refused : Real(file)->Methods->Truncate(Real(file), size);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(OsFile* file, int flags) => Managed(file)?.Sync() ?? Real(file)->Methods->Sync(Real(file), flags);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(OsFile* file, long* size) => Real(file)->Methods->FileSize(Real(file), size);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int LockFile(OsFile* file, int level) => Real(file)->Methods->Lock(Real(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Unlock(OsFile* file, int level) => Real(file)->Methods->Unlock(Real(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CheckReservedLock(OsFile* file, int* answer) => Real(file)->Methods->CheckReservedLock(Real(file), answer);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileControl(OsFile* file, int operation, void* argument) =>
        Real(file)->Methods->FileControl(Real(file), operation, argument);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SectorSize(OsFile* file) => Real(file)->Methods->SectorSize(Real(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int DeviceCharacteristics(OsFile* file) => Real(file)->Methods->DeviceCharacteristics(Real(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmMap(OsFile* file, int page, int size, int extend, void** mapped) =>
        Real(file)->Methods->ShmMap(Real(file), page, size, extend, mapped);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmLock(OsFile* file, int offset, int count, int flags) =>
        Real(file)->Methods->ShmLock(Real(file), offset, count, flags);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ShmBarrier(OsFile* file) => Real(file)->Methods->ShmBarrier(Real(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmUnmap(OsFile* file, int delete) => Real(file)->Methods->ShmUnmap(Real(file), delete);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Fetch(OsFile* file, long offset, int count, void** mapped) =>
        Real(file)->Methods->Fetch(Real(file), offset, count, mapped);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Unfetch(OsFile* file, long offset, void* mapped) => Real(file)->Methods->Unfetch(Real(file), offset, mapped);
}
