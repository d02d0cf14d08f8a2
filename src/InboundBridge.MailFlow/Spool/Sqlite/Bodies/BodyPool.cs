using System.Collections.Concurrent;
using System.Numerics;

namespace InboundBridge.MailFlow.Spool.Sqlite.Bodies;

/// <summary>
/// Buffers for mails that wait for their commit. They are taken by one thread and given back by another, hundreds at a time; the shared pool of .NET keeps few
/// for each thread and core, and would allocate the others anew.
/// </summary>
internal static class BodyPool
{
    private const int Smallest = 8 * 1024;

    /// <summary>Octets kept of each size.</summary>
    private const int KeptOctets = 8 * 1024 * 1024;

    private static readonly ConcurrentQueue<byte[]>[] Sizes = [new(), new(), new(), new()];

    /// <summary>At least so many octets; what is in them is old.</summary>
    public static byte[] Rent(int octets)
    {
        var size = SizeOf(octets);
        if (size < Sizes.Length && Sizes[size].TryDequeue(out var buffer))
            return buffer;
        return GC.AllocateUninitializedArray<byte>(size < Sizes.Length ? Smallest << size : octets);
    }

    public static void Return(byte[] buffer)
    {
        var size = SizeOf(buffer.Length);
        if (size < Sizes.Length && buffer.Length == Smallest << size && Sizes[size].Count < KeptOctets / buffer.Length)
            Sizes[size].Enqueue(buffer);
    }

    private static int SizeOf(int octets) => octets <= Smallest ? 0 : BitOperations.Log2((uint)(octets - 1) / Smallest) + 1;
}
