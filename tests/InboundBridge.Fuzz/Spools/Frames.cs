using System.Buffers.Binary;
using System.Security.Cryptography;

namespace InboundBridge.Fuzz.Spools;

/// <summary>Takes files of exports apart, and computes their digests anew, so that what is changed gets past them.</summary>
internal static class Frames
{
    private const int Header = 5;

    private const byte End = (byte)'E';

    /// <summary>The entries of a whole file; the first one with the first line.</summary>
    public static List<byte[]> Entries(byte[] file)
    {
        var (entries, from) = (new List<byte[]>(), 0);
        foreach (var (at, length, isEnd) in Walk(file))
        {
            if (!isEnd)
                continue;
            entries.Add(file[from..(at + Header + length)]);
            from = at + Header + length;
        }
        return entries;
    }

    /// <summary>Gives every entry the digest that it should have. What is no frame stays as it is.</summary>
    public static byte[] Redigested(byte[] file)
    {
        var (mended, from, last) = (file.ToArray(), 0, Array.Empty<byte>());
        foreach (var (at, length, isEnd) in Walk(file))
        {
            if (!isEnd || length != SHA256.HashSizeInBytes || at + Header + length > file.Length)
                continue;
            last = SHA256.HashData([.. last, .. mended.AsSpan(from, at + Header - from)]);
            last.CopyTo(mended.AsSpan(at + Header));
            from = at + Header + length;
        }
        return mended;
    }

    /// <summary>Replaces a text of a frame, where it is first, and mends lengths and digests.</summary>
    public static byte[] Replaced(byte[] file, byte[] from, byte[] to)
    {
        var place = file.AsSpan().IndexOf(from);
        var (at, length, _) = Walk(file).Last(frame => frame.At < place);
        var changed = file[..place].Concat(to).Concat(file[(place + from.Length)..]).ToArray();
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(at + 1), length + to.Length - from.Length);
        return Redigested(changed);
    }

    private static IEnumerable<(int At, int Length, bool IsEnd)> Walk(byte[] file)
    {
        for (var at = Array.IndexOf(file, (byte)'\n') + 1; at > 0 && at + Header <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 1));
            if (length > file.Length - at - Header)
                yield break;
            yield return (at, (int)length, file[at] == End);
            at += Header + (int)length;
        }
    }
}
