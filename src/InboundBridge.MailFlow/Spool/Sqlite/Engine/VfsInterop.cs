using System.Runtime.InteropServices;

namespace InboundBridge.MailFlow.Spool.Sqlite.Engine;

/// <summary>SQLite's interface to its files, as declared in sqlite3.h.</summary>
internal static unsafe class VfsInterop
{
    /// <summary>SQLITE_FCNTL_JOURNAL_POINTER: returns the file structure of the log once a transaction has begun.</summary>
    public const int JournalPointer = 28;

    private const string Library = "e_sqlite3";

    /// <param name="schema">Null: the main database.</param>
    [DllImport(Library, EntryPoint = "sqlite3_file_control", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static extern int FileControl(nint database, byte* schema, int operation, void* argument);

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
