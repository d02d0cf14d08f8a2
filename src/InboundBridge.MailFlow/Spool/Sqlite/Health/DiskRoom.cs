using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using SQLitePCL;

namespace InboundBridge.MailFlow.Spool.Sqlite.Health;

/// <summary>Tells a full disk from a broken one.</summary>
internal static class DiskRoom
{
    /// <summary>Octets that opening a spool may need: its tables, the log and the index of the log.</summary>
    private const long ToOpen = 1024 * 1024;

    /// <summary>ENOSPC and EDQUOT of Linux, ERROR_DISK_FULL of Windows, as .NET reports them in HResult.</summary>
    private static readonly int[] Full = [28, 122, unchecked((int)0x80070070)];

    public static bool IsFullFault(Exception fault) =>
        fault is SqliteFault { Code: raw.SQLITE_FULL } || (fault is IOException && Full.Contains(fault.HResult));

    /// <summary>Whether a full disk is why a spool could not be opened.</summary>
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
