using System.Runtime.InteropServices;

namespace InboundBridge.Rules.Scripting.Confinement;

/// <summary>
/// Calls of Linux that .NET does not have, and their numbers. Raw system calls change the
/// calling thread alone, where the C library's would change all.
/// </summary>
internal static unsafe class LinuxCalls
{
    public const int CloseRange = 436;

    public static bool IsKnown =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    public static int SetGroups => IsArm ? 159 : 116;

    public static int SetGroupIds => IsArm ? 149 : 119;

    public static int SetUserIds => IsArm ? 147 : 117;

    public static int SetCapabilities => IsArm ? 91 : 126;

    public static int Seccomp => IsArm ? 277 : 317;

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nint Call(nint number, nint first, nint second, nint third);

    [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Control(int option, nint second, nint third, nint fourth, nint fifth);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern uint EffectiveUser();

    [DllImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int SetLimit(int resource, ulong* limit);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Open(byte* path, int flags);

    [DllImport("libc", EntryPoint = "dup2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Duplicate(int from, int to);

    [DllImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern void ExitNow(int code);
}
