using System.Runtime.InteropServices;

namespace InboundBridge.MailFlow.Spool.Sqlite.Engine;

/// <summary>
/// The SQLite calls that run dozens of times for each mail, on the bare address of a statement. SQLitePCL would add a reference to the
/// statement around each call, which costs as much as the call itself. Calls that only store or fetch a number skip the GC transition.
/// </summary>
internal static unsafe class StatementInterop
{
    /// <summary>SQLITE_TRANSIENT: SQLite copies the octets.</summary>
    public const nint Copied = -1;

    /// <summary>SQLITE_STATIC: SQLite copies nothing, and the octets stay valid until the statement has run.</summary>
    public const nint Lent = 0;

    private const string Library = "e_sqlite3";

    [DllImport(Library, EntryPoint = "sqlite3_bind_int64", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    [SuppressGCTransition]
    public static extern int BindNumber(nint statement, int parameter, long value);

    [DllImport(Library, EntryPoint = "sqlite3_bind_null", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    [SuppressGCTransition]
    public static extern int BindNull(nint statement, int parameter);

    [DllImport(Library, EntryPoint = "sqlite3_bind_text", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static extern int BindText(nint statement, int parameter, byte* octets, int count, nint lifetime);

    [DllImport(Library, EntryPoint = "sqlite3_bind_blob", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static extern int BindBlob(nint statement, int parameter, byte* octets, int count, nint lifetime);

    [DllImport(Library, EntryPoint = "sqlite3_step", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static extern int Step(nint statement);

    [DllImport(Library, EntryPoint = "sqlite3_reset", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static extern int Reset(nint statement);

    [DllImport(Library, EntryPoint = "sqlite3_column_type", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    [SuppressGCTransition]
    public static extern int ColumnType(nint statement, int column);

    [DllImport(Library, EntryPoint = "sqlite3_column_int64", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    [SuppressGCTransition]
    public static extern long ColumnNumber(nint statement, int column);

    [DllImport(Library, EntryPoint = "sqlite3_column_blob", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static extern byte* ColumnOctets(nint statement, int column);

    [DllImport(Library, EntryPoint = "sqlite3_column_bytes", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    [SuppressGCTransition]
    public static extern int ColumnLength(nint statement, int column);
}
