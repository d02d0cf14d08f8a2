namespace InboundBridge.Mime.Reading;

/// <summary>The boundaries that may end the current part: those of all open multiparts, innermost last.</summary>
internal sealed class BoundaryStack
{
    /// <summary>
    /// RFC 2046 §5.1.1 allows 70 characters; longer boundaries are in use. Text beyond this cap is not taken as a boundary.
    /// </summary>
    public const int LongestBoundary = 1000;

    /// <summary>Octets needed to recognise a delimiter line.</summary>
    public const int LongestLine = LongestBoundary + 64;

    private readonly List<byte[]> _boundaries = [];

    public int Count => _boundaries.Count;

    public void Push(byte[] boundary) => _boundaries.Add(boundary);

    public void Trim(int count) => _boundaries.RemoveRange(count, _boundaries.Count - count);

    /// <summary><paramref name="line"/> begins with <c>--</c>; octets after its line end don't matter.</summary>
    public bool Match(ReadOnlySpan<byte> line, out int level, out bool closes)
    {
        if (line.Length > LongestLine)
            line = line[..LongestLine];
        var end = line.IndexOfAny((byte)'\r', (byte)'\n');
        var text = (end < 0 ? line : line[..end])[2..].TrimEnd(" \t"u8);
        for (level = _boundaries.Count - 1; level >= 0; level--)
        {
            var boundary = _boundaries[level].AsSpan();
            if (!text.StartsWith(boundary))
                continue;
            closes = text.Length > boundary.Length;
            if (!closes || text[boundary.Length..].StartsWith("--"u8))
                return true;
        }
        closes = false;
        return false;
    }
}
