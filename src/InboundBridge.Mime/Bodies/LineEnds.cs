namespace InboundBridge.Mime.Bodies;

/// <summary>Turns CRLF and lone CR into LF.</summary>
internal static class LineEnds
{
    public static string Normalize(string text) =>
        text.Contains('\r', StringComparison.Ordinal) ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n') : text;

    /// <summary>Works in place, for charsets in which the octets 13 and 10 are always CR and LF.</summary>
    /// <returns>The number of octets that are left.</returns>
    public static int Normalize(Span<byte> octets)
    {
        var to = octets.IndexOf((byte)'\r');
        if (to < 0)
            return octets.Length;
        for (var from = to; from < octets.Length;)
        {
            if (octets[from] == '\r')
            {
                octets[to++] = (byte)'\n';
                from += from + 1 < octets.Length && octets[from + 1] == '\n' ? 2 : 1;
            }
            var line = octets[from..];
            var length = line.IndexOf((byte)'\r');
            line = length < 0 ? line : line[..length];
            line.CopyTo(octets[to..]);
            to += line.Length;
            from += line.Length;
        }
        return to;
    }
}
