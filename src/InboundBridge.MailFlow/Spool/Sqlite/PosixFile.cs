using System.Runtime.InteropServices;

namespace InboundBridge.MailFlow.Spool.Sqlite;

/// <summary>Calls of POSIX that .NET does not have. Each returns -1 where it failed, and leaves why in <see cref="Marshal.GetLastPInvokeError"/>.</summary>
internal static unsafe class PosixFile
{
    /// <param name="path">UTF-8 with a final NUL.</param>
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Open(byte* path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int SyncData(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Close(int descriptor);
}
