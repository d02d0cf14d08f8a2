using System.Runtime.InteropServices;

namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>
/// A timer of Linux (timerfd_create(2)), on which a thread waits. Starting and stopping it wakes no thread; a timer of .NET wakes its
/// thread for both.
/// </summary>
internal sealed unsafe class KernelTimer : ITimer
{
    private const int Monotonic = 1;
    private const int CloseOnExec = 0x80000;
    private const int Interrupted = 4;

    private readonly int _file;
    private readonly Action _elapsed;

    private KernelTimer(int file, Action elapsed)
    {
        (_file, _elapsed) = (file, elapsed);
        new Thread(Loop) { IsBackground = true, Name = "watch" }.Start();
    }

    /// <param name="elapsed">Called by a thread of its own.</param>
    /// <returns>Stopped; null where there is no such timer.</returns>
    public static KernelTimer? TryCreate(Action elapsed)
    {
        if (!PipeCalls.IsKnown)
            return null;
        var file = Create(Monotonic, CloseOnExec);
        return file < 0 ? null : new KernelTimer(file, elapsed);
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        var times = stackalloc long[4];
        (times[0], times[1]) = Parts(period);
        (times[2], times[3]) = Parts(dueTime);
        return Set(_file, 0, times, null) == 0;
    }

    /// <summary>Stops it. Its thread ends with the process.</summary>
    public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Seconds and nanoseconds; zeros stop the timer.</summary>
    private static (long Seconds, long Nanoseconds) Parts(TimeSpan time) => time <= TimeSpan.Zero
        ? (0, 0)
        : (time.Ticks / TimeSpan.TicksPerSecond, time.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);

    private void Loop()
    {
        ulong times;
        while (true)
        {
            if (Read(_file, &times, sizeof(ulong)) == sizeof(ulong))
                _elapsed();
            else if (Marshal.GetLastPInvokeError() != Interrupted)
                return;
        }
    }

    [DllImport("libc", EntryPoint = "timerfd_create")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Create(int clock, int flags);

    [DllImport("libc", EntryPoint = "timerfd_settime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Set(int file, int flags, long* times, long* before);

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Read(int file, void* room, nuint length);
}
