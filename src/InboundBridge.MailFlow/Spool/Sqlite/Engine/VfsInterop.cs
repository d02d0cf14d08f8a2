using System.Runtime.InteropServices;

namespace InboundBridge.MailFlow.Spool.Sqlite.Engine;

/// <summary>
/// SQLite's interface to the file system, as declared in sqlite3.h. Our VFS is SQLite's own with some of the calls replaced.
/// </summary>
internal static unsafe class VfsInterop
{
    /// <summary>SQLITE_FCNTL_JOURNAL_POINTER: returns the file structure of the log once a transaction has begun.</summary>
    public const int JournalPointer = 28;

    private const string Library = "e_sqlite3";

    [DllImport(Library, EntryPoint = "sqlite3_vfs_find", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static extern Vfs* Find(byte* name);

    [DllImport(Library, EntryPoint = "sqlite3_vfs_register", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static extern int RegisterVfs(Vfs* vfs, int makeDefault);

    /// <param name="schema">Null: the main database.</param>
    [DllImport(Library, EntryPoint = "sqlite3_file_control", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static extern int FileControl(nint database, byte* schema, int operation, void* argument);

    /// <summary>sqlite3_vfs.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Vfs
    {
        public int Version;
        public int SizeOfFile;
        public int LongestPath;
        public Vfs* Next;
        public byte* Name;
        public void* Data;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, OsFile*, int, int*, int> Open;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, int, int> Delete;
        public void* Access;
        public void* FullPathname;
        public void* DlOpen;
        public void* DlError;
        public void* DlSym;
        public void* DlClose;
        public void* Randomness;
        public void* Sleep;
        public void* CurrentTime;
        public void* GetLastError;
        public void* CurrentTimeInt64;
        public void* SetSystemCall;
        public void* GetSystemCall;
        public void* NextSystemCall;
    }

    /// <summary>The part of sqlite3_file that every VFS shares.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct OsFile
    {
        public IoMethods* Methods;
    }

    /// <summary>sqlite3_io_methods.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct IoMethods
    {
        public int Version;
        public delegate* unmanaged[Cdecl]<OsFile*, int> Close;
        public delegate* unmanaged[Cdecl]<OsFile*, byte*, int, long, int> Read;
        public delegate* unmanaged[Cdecl]<OsFile*, byte*, int, long, int> Write;
        public delegate* unmanaged[Cdecl]<OsFile*, long, int> Truncate;
        public delegate* unmanaged[Cdecl]<OsFile*, int, int> Sync;
        public delegate* unmanaged[Cdecl]<OsFile*, long*, int> FileSize;
        public delegate* unmanaged[Cdecl]<OsFile*, int, int> Lock;
        public delegate* unmanaged[Cdecl]<OsFile*, int, int> Unlock;
        public delegate* unmanaged[Cdecl]<OsFile*, int*, int> CheckReservedLock;
        public delegate* unmanaged[Cdecl]<OsFile*, int, void*, int> FileControl;
        public delegate* unmanaged[Cdecl]<OsFile*, int> SectorSize;
        public delegate* unmanaged[Cdecl]<OsFile*, int> DeviceCharacteristics;
        public delegate* unmanaged[Cdecl]<OsFile*, int, int, int, void**, int> ShmMap;
        public delegate* unmanaged[Cdecl]<OsFile*, int, int, int, int> ShmLock;
        public delegate* unmanaged[Cdecl]<OsFile*, void> ShmBarrier;
        public delegate* unmanaged[Cdecl]<OsFile*, int, int> ShmUnmap;
        public delegate* unmanaged[Cdecl]<OsFile*, long, int, void**, int> Fetch;
        public delegate* unmanaged[Cdecl]<OsFile*, long, void*, int> Unfetch;
    }
}
