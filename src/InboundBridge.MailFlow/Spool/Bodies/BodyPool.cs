using System.Collections.Concurrent;
using System.Numerics;

namespace InboundBridge.MailFlow.Spool.Bodies;

/// <summary>
/// Buffers for mails that wait for their commit. One thread rents them and another returns them, hundreds at a time. .NET's shared pool
/// keeps only a few buffers for each thread and core, and would allocate most of these each time.
/// </summary>
internal static class BodyPool
{
    private const int Smallest = 8 * 1024;

    /// <summary>Octets of returned buffers that are kept of each size.</summary>
    private const int KeptOctets = 8 * 1024 * 1024;

    private static readonly ConcurrentQueue<byte[]>[] Sizes = [new(), new(), new(), new()];

    /// <summary>Rents a buffer of at least <paramref name="octets"/> octets. It still holds octets of an earlier mail.</summary>
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
