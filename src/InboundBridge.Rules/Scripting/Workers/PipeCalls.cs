using System.Runtime.InteropServices;

namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>Calls of Linux for pipes, which .NET wraps in streams that wait for events on other threads.</summary>
internal static unsafe class PipeCalls
{
    public const short Readable = 0x1;
    public const short Writable = 0x4;

    private const int GetFlags = 3;
    private const int SetFlags = 4;
    private const int NonBlocking = 0x800;

    private const int Interrupted = 4;
    private const int TryAgain = 11;

    public static bool IsKnown =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    public static bool TryUnblock(SafeHandle pipe)
    {
        using var file = new File(pipe);
        var flags = Control(file.Number, GetFlags, 0);
        return flags >= 0 && Control(file.Number, SetFlags, flags | NonBlocking) >= 0;
    }

    /// <summary>Octets read, 0 at the end; null when none are there.</summary>
    /// <exception cref="IOException">The call failed.</exception>
    public static int? Read(SafeHandle pipe, Span<byte> room)
    {
        using var file = new File(pipe);
        fixed (byte* first = room)
        {
            while (true)
            {
                var count = Read(file.Number, first, (nuint)room.Length);
                if (count >= 0)
                    return (int)count;
                if (!IsRepeated(out var isLater))
                    return isLater ? null : throw Failed("read");
            }
        }
    }

    /// <summary>Octets written; null when the pipe is full.</summary>
    /// <exception cref="IOException">The call failed: nobody reads any more.</exception>
    public static int? Write(SafeHandle pipe, ReadOnlySpan<byte> octets)
    {
        using var file = new File(pipe);
        fixed (byte* first = octets)
        {
            while (true)
            {
                var count = Write(file.Number, first, (nuint)octets.Length);
                if (count >= 0)
                    return (int)count;
                if (!IsRepeated(out var isLater))
                    return isLater ? null : throw Failed("write");
            }
        }
    }

    /// <summary>Waits until a call on the pipe would not block; false when the time is over first.</summary>
    /// <param name="milliseconds">Negative: for ever.</param>
    public static bool Wait(SafeHandle pipe, short forWhat, int milliseconds)
    {
        using var file = new File(pipe);
        var entry = new Entry { File = file.Number, Wanted = forWhat };
        while (true)
        {
            var count = Poll(&entry, 1, milliseconds);
            if (count >= 0)
                return count > 0;
            if (!IsRepeated(out _))
                throw Failed("poll");
        }
    }

    /// <summary>A signal interrupted the call, so it is made again. Otherwise there may be more to do later.</summary>
    private static bool IsRepeated(out bool isLater)
    {
        var error = Marshal.GetLastPInvokeError();
        isLater = error == TryAgain;
        return error == Interrupted;
    }

    private static IOException Failed(string call) => new($"{call} of a pipe failed: error {Marshal.GetLastPInvokeError()}");

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Read(int file, byte* room, nuint length);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Write(int file, byte* octets, nuint length);

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(Entry* entries, nuint count, int milliseconds);

    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int file, int command, nint argument);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public int File;
        public short Wanted;
        public short Seen;
    }

    /// <summary>Keeps a handle open while its number is in use.</summary>
    private readonly ref struct File : IDisposable
    {
        private readonly SafeHandle _handle;

        public File(SafeHandle handle)
        {
            var isHeld = false;
            handle.DangerousAddRef(ref isHeld);
            _handle = handle;
        }

        public int Number => (int)_handle.DangerousGetHandle();

        public void Dispose() => _handle.DangerousRelease();
    }
}
