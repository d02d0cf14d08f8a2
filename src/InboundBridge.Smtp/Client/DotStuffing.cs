namespace InboundBridge.Smtp.Client;

/// <summary>Transparency (RFC 5321 §4.5.2): a dot that begins a line is doubled. Works in place, piece by piece, for a mail whose every line break is CRLF.</summary>
internal struct DotStuffing
{
    private bool _insideLine;

    /// <summary>How many octets of a buffer may be filled, so that any mail still fits after stuffing.</summary>
    public static int Fillable(int buffer) => (buffer - 1) / 3 * 2;

    /// <summary>Doubles the dots of the next <paramref name="length"/> octets, which lie at the front of <paramref name="buffer"/>; returns how many they are now.</summary>
    public int Expand(Span<byte> buffer, int length)
    {
        if (length == 0)
            return 0;
        var octets = buffer[..length];
        var leading = !_insideLine && octets[0] == (byte)'.';
        _insideLine = octets[^1] != (byte)'\n';
        var added = octets.Count("\n."u8) + (leading ? 1 : 0);
        if (added == 0)
            return length;
        var end = length;
        var target = length + added;
        // From the back, so that nothing is overwritten before it has moved.
        while (target > end + (leading ? 1 : 0))
        {
            var dot = octets[..end].LastIndexOf("\n."u8) + 1;
            octets[dot..end].CopyTo(buffer[(target - (end - dot))..]);
            target -= end - dot;
            buffer[--target] = (byte)'.';
            end = dot;
        }
        if (leading)
        {
            octets[..end].CopyTo(buffer[1..]);
            buffer[0] = (byte)'.';
        }
        return length + added;
    }
}
