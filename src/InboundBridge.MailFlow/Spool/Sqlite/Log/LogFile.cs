using System.Runtime.InteropServices;
using InboundBridge.MailFlow.Spool.Disk;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace InboundBridge.MailFlow.Spool.Sqlite.Log;

/// <summary>
/// The log through a descriptor of our own. On Linux it is synced by fdatasync(2): octets and, where it changed, the size reach the disk, which is all that a log
/// needs; fsync(2) also waits for the file's times, on a file system with a journal a second write and a second flush of the disk for each commit.
/// No lock of SQLite's is on the log itself, so that closing this descriptor frees none (fcntl(2)).
/// </summary>
internal sealed class LogFile : ILogFile
{
    private readonly SafeFileHandle _handle;

    private LogFile(SafeFileHandle handle) => _handle = handle;

    /// <summary>The file is there already, or is made, and its name is durable.</summary>
    /// <exception cref="IOException">It can't be opened.</exception>
    public static LogFile Open(string path)
    {
        var handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            PrivateFiles.Tighten(handle);
            DirectoryFlush.Run(Path.GetDirectoryName(path)!);
            return new LogFile(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public void Sync()
    {
        if (!OperatingSystem.IsLinux())
        {
            Attempt(() => RandomAccess.FlushToDisk(_handle), "sync");
            return;
        }
        if (PosixFile.SyncData((int)_handle.DangerousGetHandle()) != 0)
            throw new SqliteFault(raw.SQLITE_IOERR_FSYNC, Marshal.GetLastPInvokeErrorMessage(), "sync of the log");
    }

    public void Cut(long length) => Attempt(
        () =>
        {
            RandomAccess.SetLength(_handle, length);
            RandomAccess.FlushToDisk(_handle);
        },
        "cut of the log");

    public void Dispose() => _handle.Dispose();

    private static void Attempt(Action act, string doing)
    {
        try
        {
            act();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new SqliteFault(raw.SQLITE_IOERR_FSYNC, fault.Message, doing);
        }
    }
}
