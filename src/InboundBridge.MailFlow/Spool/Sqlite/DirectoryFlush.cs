using System.Runtime.InteropServices;
using System.Text;

namespace InboundBridge.MailFlow.Spool.Sqlite;

/// <summary>fsync of a directory, which .NET has no call for: without it a power loss may take the names of new files.</summary>
internal static class DirectoryFlush
{
    private const int ReadOnly = 0;

    /// <exception cref="IOException">The disk refused.</exception>
    public static void Run(string folder)
    {
        // On Windows a name is durable with its file.
        if (OperatingSystem.IsWindows())
            return;
        var handle = Open(Encoding.UTF8.GetBytes(folder + '\0'), ReadOnly);
        if (handle < 0)
            throw new IOException($"{folder}: open failed ({Marshal.GetLastPInvokeErrorMessage()})");
        try
        {
            if (Sync(handle) != 0)
                throw new IOException($"{folder}: fsync failed ({Marshal.GetLastPInvokeErrorMessage()})");
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int handle);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
