using System.Runtime.InteropServices;
using System.Text;

namespace InboundBridge.MailFlow.Spool.Disk;

/// <summary>Syncs a directory, for which .NET has no call. Without that, a power loss may take the names of new files away.</summary>
public static unsafe class DirectoryFlush
{
    private const int ReadOnly = 0;

    /// <exception cref="IOException">The directory could not be synced.</exception>
    public static void Run(string folder)
    {
        // On Windows, syncing a file makes its name durable too.
        if (OperatingSystem.IsWindows())
            return;
        int handle;
        fixed (byte* path = Encoding.UTF8.GetBytes(folder + '\0'))
            handle = PosixFile.Open(path, ReadOnly);
        if (handle < 0)
            throw new IOException($"{folder}: open failed ({Marshal.GetLastPInvokeErrorMessage()})");
        try
        {
            if (PosixFile.Sync(handle) != 0)
                throw new IOException($"{folder}: fsync failed ({Marshal.GetLastPInvokeErrorMessage()})");
        }
        finally
        {
            _ = PosixFile.Close(handle);
        }
    }
}
