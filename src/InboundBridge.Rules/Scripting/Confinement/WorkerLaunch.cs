using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace InboundBridge.Rules.Scripting.Confinement;

/// <summary>
/// Starts a process from a thread that has given up its rights. On Linux they belong to the thread, and a child
/// inherits those of the thread that starts it; so the server keeps its own, and the worker never has any:
/// there is no moment in which some of its threads still do.
/// </summary>
internal static unsafe class WorkerLaunch
{
    /// <summary>The user and the group that own nothing ("nobody").</summary>
    private const int Nobody = 65534;

    private const int SetNoNewPrivileges = 38;
    private const int DropFromBoundingSet = 24;
    private const int AmbientSet = 47;
    private const int ClearAll = 4;
    private const int LastCapability = 63;
    private const uint CapabilityVersion3 = 0x20080522;
    private const int FirstOther = 3;
    private const nint AllOthers = int.MaxValue;
    private const int CloseOnExec = 4;

    /// <exception cref="InvalidOperationException">It did not start.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">It could not be started.</exception>
    public static Process Start(ProcessStartInfo start)
    {
        var process = default(Process);
        var failure = default(ExceptionDispatchInfo);
        var thread = new Thread(() =>
        {
            try
            {
                if (LinuxCalls.IsKnown)
                    GiveUpRights(start);
                process = Process.Start(start);
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        { IsBackground = true, Name = "worker launch" };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return process ?? throw new InvalidOperationException($"'{start.FileName}' did not start");
    }

    /// <summary>Each step where it can be done: what is refused was not ours to give.</summary>
    private static void GiveUpRights(ProcessStartInfo start)
    {
        // Whatever we inherited without that flag would go on to the child (5.11 and later).
        _ = LinuxCalls.Call(LinuxCalls.CloseRange, FirstOther, AllOthers, CloseOnExec);
        for (var capability = 0; capability <= LastCapability; capability++)
            _ = LinuxCalls.Control(DropFromBoundingSet, capability, 0, 0, 0);
        _ = LinuxCalls.Control(AmbientSet, ClearAll, 0, 0, 0);
        if (LinuxCalls.EffectiveUser() == 0 && ReadableFiles.AreReadableByAll(start))
        {
            start.WorkingDirectory = "/";
            _ = LinuxCalls.Call(LinuxCalls.SetGroups, 0, 0, 0);
            _ = LinuxCalls.Call(LinuxCalls.SetGroupIds, Nobody, Nobody, Nobody);
            _ = LinuxCalls.Call(LinuxCalls.SetUserIds, Nobody, Nobody, Nobody);
        }
        var header = stackalloc uint[] { CapabilityVersion3, 0 };
        var none = stackalloc uint[6];
        new Span<uint>(none, 6).Clear();
        _ = LinuxCalls.Call(LinuxCalls.SetCapabilities, (nint)header, (nint)none, 0);
        _ = LinuxCalls.Control(SetNoNewPrivileges, 1, 0, 0, 0);
    }
}
