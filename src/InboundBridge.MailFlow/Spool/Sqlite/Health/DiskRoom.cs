using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using SQLitePCL;

namespace InboundBridge.MailFlow.Spool.Sqlite.Health;

/// <summary>Tells a disk that is full from one that is broken.</summary>
internal static class DiskRoom
{
    /// <summary>Octets that opening a spool may need: its tables, the log that they go through, the log's index.</summary>
    private const long ToOpen = 1024 * 1024;

    /// <summary>ENOSPC and EDQUOT of Linux, ERROR_DISK_FULL of Windows: what .NET puts into HResult.</summary>
    private static readonly int[] Full = [28, 122, unchecked((int)0x80070070)];

    public static bool IsFullFault(Exception fault) => fault is SqliteFault { Code: raw.SQLITE_FULL } || (fault is IOException && Full.Contains(fault.HResult));

    /// <summary>Whether a spool could not be opened because its disk is full.</summary>
    public static bool IsFull(string path, Exception fault) => fault is IOException and not SpoolRefusedException
        && (IsFullFault(fault) || (fault is SqliteFault { Code: raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN } && FreeBytes(path) < ToOpen));

    private static long FreeBytes(string path)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(path)).AvailableFreeSpace;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }
}
