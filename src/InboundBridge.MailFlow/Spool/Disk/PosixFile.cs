using System.Runtime.InteropServices;

namespace InboundBridge.MailFlow.Spool.Disk;

/// <summary>
/// POSIX calls that .NET lacks. Each returns -1 on failure and leaves the error number in <see cref="Marshal.GetLastPInvokeError"/>.
/// </summary>
internal static unsafe class PosixFile
{
    private const int Interrupted = 4;

    /// <param name="path">UTF-8 with a final NUL.</param>
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Open(byte* path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Close(int descriptor);

    /// <summary>fdatasync(2), repeated when a signal interrupts it.</summary>
    public static int SyncData(int descriptor)
    {
        int answer;
        do
            answer = FdataSync(descriptor);
        while (answer != 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return answer;
    }

    /// <summary>fsync(2), repeated when a signal interrupts it.</summary>
    public static int SyncAll(int descriptor)
    {
        int answer;
        do
            answer = Sync(descriptor);
        while (answer != 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return answer;
    }

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FdataSync(int descriptor);
}
