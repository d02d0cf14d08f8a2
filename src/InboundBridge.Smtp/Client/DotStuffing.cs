namespace InboundBridge.Smtp.Client;

/// <summary>
/// Dot-stuffing (RFC 5321 §4.5.2): doubles a dot at the start of a line. Works in place and piece
/// by piece, for a message that has only CRLF as line ends.
/// </summary>
internal struct DotStuffing
{
    private bool _insideLine;

    /// <summary>How many octets of a buffer may be filled, so that they fit after stuffing whatever they are.</summary>
    public static int Fillable(int buffer) => (buffer - 1) / 3 * 2;

    /// <summary>
    /// Stuffs the next <paramref name="length"/> octets, which are at the start of
    /// <paramref name="buffer"/>; returns their number afterwards.
    /// </summary>
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
        // Moves from the end, so that no octet is overwritten before it has moved.
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
