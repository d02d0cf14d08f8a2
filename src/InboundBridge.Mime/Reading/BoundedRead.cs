namespace InboundBridge.Mime.Reading;

/// <summary>Reads a stream into memory, up to a cap.</summary>
internal static class BoundedRead
{
    public static byte[] All(Stream stream, int most, out bool isCut)
    {
        using var kept = new MemoryStream();
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(32 * 1024);
        int count;
        while (kept.Length <= most && (count = stream.Read(buffer)) > 0)
            kept.Write(buffer, 0, count);
        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        isCut = kept.Length > most;
        if (isCut)
            kept.SetLength(most);
        return kept.ToArray();
    }
}
