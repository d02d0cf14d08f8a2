using System.Runtime.InteropServices;
using InboundBridge.MailFlow.Spool.Disk;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace InboundBridge.MailFlow.Spool.Sqlite.Log;

/// <summary>
/// The log through a descriptor of our own. On Linux it is synced with fdatasync(2), which makes the octets and a changed
/// size durable. fsync(2) would also wait for the file's times: on a journaling file system that is a second write and a
/// second flush of the disk for each commit. Closing any descriptor of a file drops all fcntl(2) locks on it; SQLite never
/// locks the log file itself, so this descriptor does no harm.
/// </summary>
internal sealed class LogFile : ILogFile
{
    private readonly SafeFileHandle _handle;

    private LogFile(SafeFileHandle handle) => _handle = handle;

    /// <summary>Opens or creates the log, and makes its name durable.</summary>
    /// <exception cref="IOException">The log can't be opened.</exception>
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
            Attempt(() => FileFlush.Run(_handle), "sync");
            return;
        }
        if (PosixFile.SyncData((int)_handle.DangerousGetHandle()) != 0)
            throw new SqliteFault(raw.SQLITE_IOERR_FSYNC, Marshal.GetLastPInvokeErrorMessage(), "sync of the log");
    }

    public void Cut(long length) => Attempt(
        () =>
        {
            RandomAccess.SetLength(_handle, length);
            FileFlush.Run(_handle);
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
