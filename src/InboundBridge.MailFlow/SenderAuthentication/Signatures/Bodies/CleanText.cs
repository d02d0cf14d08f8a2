using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;

/// <summary>Finds where relaxed canonicalisation changes something.</summary>
internal static class CleanText
{
    /// <summary>
    /// The octets before the first white space that is a tab, or is followed by white space or CR. A space that is the last octet does not
    /// count, because what follows it is not known.
    /// </summary>
    public static int Length(ReadOnlySpan<byte> octets)
    {
        ref var start = ref MemoryMarshal.GetReference(octets);
        var at = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; at + Vector256<byte>.Count < octets.Length; at += Vector256<byte>.Count)
            {
                var here = Vector256.LoadUnsafe(ref start, (nuint)at);
                var next = Vector256.LoadUnsafe(ref start, (nuint)at + 1);
                var tab = Vector256.Create((byte)'\t');
                var space = Vector256.Create((byte)' ');
                var lineEnd = Vector256.Create((byte)'\r');
                var follows = Vector256.Equals(next, space) | Vector256.Equals(next, tab) | Vector256.Equals(next, lineEnd);
                var changed = Vector256.Equals(here, tab) | (Vector256.Equals(here, space) & follows);
                if (changed != Vector256<byte>.Zero)
                    return at + BitOperations.TrailingZeroCount(changed.ExtractMostSignificantBits());
            }
        }
        for (; at < octets.Length; at++)
        {
            if (octets[at] == '\t'
                || (octets[at] == ' ' && at + 1 < octets.Length && octets[at + 1] is (byte)' ' or (byte)'\t' or (byte)'\r'))
                return at;
        }
        return octets.Length;
    }
}
