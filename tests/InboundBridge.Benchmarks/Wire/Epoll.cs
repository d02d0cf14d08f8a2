using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace InboundBridge.Benchmarks.Wire;

/// <summary>
/// epoll(7): one thread waits for many sockets and wakes once for all that are ready. Level-triggered; returns file descriptors.
/// </summary>
internal sealed partial class Epoll : IDisposable
{
    public const uint Readable = 0x001;
    public const uint Writable = 0x004;

    private const int Add = 1;
    private const int Remove = 2;
    private const int Modify = 3;
    private const int Interrupted = 4;
    private const int Batch = 256;

    // struct epoll_event is packed on x86-64 only.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventSize - sizeof(ulong);

    private readonly byte[] _events = new byte[Batch * EventSize];
    private readonly int _handle = Checked(Create(0));

    public void Watch(int descriptor, uint events) => Control(Add, descriptor, events);

    public void Change(int descriptor, uint events) => Control(Modify, descriptor, events);

    public void Forget(int descriptor) => Control(Remove, descriptor, 0);

    /// <returns>The number of valid entries of <see cref="Ready"/>.</returns>
    public int Wait(TimeSpan timeout)
    {
        var count = WaitFor(_handle, ref _events[0], Batch, (int)timeout.TotalMilliseconds);
        return count < 0 && Marshal.GetLastPInvokeError() == Interrupted ? 0 : Checked(count);
    }

    public (int Descriptor, uint Events) Ready(int index)
    {
        var entry = _events.AsSpan(index * EventSize, EventSize);
        return (MemoryMarshal.Read<int>(entry[DataOffset..]), MemoryMarshal.Read<uint>(entry));
    }

    public void Dispose() => Close(_handle);

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    private void Control(int operation, int descriptor, uint events)
    {
        Span<byte> entry = stackalloc byte[16];
        MemoryMarshal.Write(entry, events);
        BinaryPrimitives.WriteInt64LittleEndian(entry[DataOffset..], descriptor);
        Checked(Control(_handle, operation, descriptor, ref entry[0]));
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int handle, int operation, int descriptor, ref byte entry);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int WaitFor(int handle, ref byte events, int count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
