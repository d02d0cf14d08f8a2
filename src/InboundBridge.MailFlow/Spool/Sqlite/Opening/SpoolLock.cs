using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Disk;
using InboundBridge.MailFlow.Spool.Sqlite.Health;

namespace InboundBridge.MailFlow.Spool.Sqlite.Opening;

/// <summary>
/// Allows one process for each spool, because claims and windows live in memory. The lock ends with the process, however it ends.
/// </summary>
internal static class SpoolLock
{
    /// <summary>
    /// EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows, as .NET
    /// reports them in HResult: another process has the lock.
    /// </summary>
    private static readonly int[] Taken = [11, 35, unchecked((int)0x80070020)];

    /// <summary>Whether a spool was refused because another process has it open.</summary>
    public static bool IsTaken(SpoolRefusedException refusal) =>
        refusal.InnerException is IOException fault && Taken.Contains(fault.HResult);

    /// <exception cref="IOException">The disk is full.</exception>
    /// <exception cref="SpoolRefusedException">Another process has the lock, or the folder can't be used.</exception>
    public static FileStream Take(string path)
    {
        var file = Path.Combine(path, "lock");
        try
        {
            PrivateFiles.CreateFolder(path);
            return PrivateFiles.OpenAlone(file);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new SpoolRefusedException($"the spool {path} can't be written: {fault.Message}", fault);
        }
        catch (IOException fault) when (Taken.Contains(fault.HResult))
        {
            throw new SpoolRefusedException($"the spool {path} is in use by another process ({file} is locked)", fault);
        }
        catch (IOException fault) when (!DiskRoom.IsFullFault(fault))
        {
            throw new SpoolRefusedException($"the spool {path} can't be used: {fault.Message}", fault);
        }
    }
}
