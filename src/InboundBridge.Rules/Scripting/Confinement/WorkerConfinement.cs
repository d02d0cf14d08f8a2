namespace InboundBridge.Rules.Scripting.Confinement;

/// <summary>
/// What a worker does to itself before it reads its first script. Its user and its capabilities are gone already
/// (<see cref="WorkerLaunch"/>).
/// </summary>
internal static unsafe class WorkerConfinement
{
    private const int CoreSize = 4;
    private const int OpenFiles = 7;
    private const ulong FewFiles = 128;
    private const int SetDumpable = 4;
    private const int SetNoNewPrivileges = 38;
    private const int WriteOnly = 1;
    private const int StandardError = 2;

    public static void Enter()
    {
        if (!LinuxCalls.IsKnown)
            return;
        Limit(CoreSize, 0);
        Limit(OpenFiles, FewFiles);
        PreferForKilling();
        Silence();
        // Not readable by other processes of the same user.
        _ = LinuxCalls.Control(SetDumpable, 0, 0, 0, 0);
        _ = LinuxCalls.Control(SetNoNewPrivileges, 1, 0, 0, 0);
        SyscallFilter.Install();
    }

    /// <summary>At once, whatever other threads do.</summary>
    public static void Exit()
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
            LinuxCalls.ExitNow(3);
        Environment.Exit(3);
    }

    private static void Limit(int resource, ulong most)
    {
        var limit = stackalloc ulong[] { most, most };
        _ = LinuxCalls.SetLimit(resource, limit);
    }

    /// <summary>When memory runs out, the system ends a script before the server.</summary>
    private static void PreferForKilling()
    {
        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", "1000");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Where /proc is not there, or read-only, the system chooses for itself.
        }
    }

    /// <summary>A runtime that dies prints its stack, thousands of lines that a script may choose, where the server's log is.</summary>
    private static void Silence()
    {
        fixed (byte* path = "/dev/null\0"u8)
        {
            var nowhere = LinuxCalls.Open(path, WriteOnly);
            if (nowhere >= 0)
                _ = LinuxCalls.Duplicate(nowhere, StandardError);
        }
    }
}
