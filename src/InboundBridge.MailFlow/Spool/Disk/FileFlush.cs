using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace InboundBridge.MailFlow.Spool.Disk;

/// <summary>
/// Syncs a file. On Linux, .NET 10's own calls (<c>FileStream.Flush(true)</c>, <c>RandomAccess.FlushToDisk</c>) return as if all were well
/// when fsync(2) fails: a mail would get 250 that is not on the disk.
/// </summary>
public static class FileFlush
{
    /// <exception cref="IOException">The octets may not be on the disk.</exception>
    public static void Run(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows())
        {
#pragma warning disable RS0030 // Its errors are told here.
            RandomAccess.FlushToDisk(file);
#pragma warning restore RS0030
            return;
        }
        if (PosixFile.SyncAll((int)file.DangerousGetHandle()) != 0)
            throw new IOException($"fsync failed ({Marshal.GetLastPInvokeErrorMessage()})");
    }

    /// <summary>What the stream holds back, too.</summary>
    /// <exception cref="IOException">The octets may not be on the disk.</exception>
    public static void Run(FileStream file)
    {
        file.Flush();
        Run(file.SafeFileHandle);
    }
}
