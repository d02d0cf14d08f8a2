namespace InboundBridge.Mime.Encodings;

/// <summary>
/// Decodes uuencode as a transfer encoding: lines between <c>begin</c> and <c>end</c>, each of which states how many octets it holds.
/// </summary>
internal sealed class UuDecoder : TransferDecoder
{
    /// <summary>A line holds at most 63 octets in 1 + 84 characters; longer lines are not data.</summary>
    private const int LongestLine = 256;

    private byte[] _line = new byte[LongestLine];
    private int _length;
    private bool _began;
    private bool _ended;

    public override TransferDecoder Copy()
    {
        var copy = (UuDecoder)base.Copy();
        copy._line = [.. _line];
        return copy;
    }

    public override void Decode(ReadOnlySpan<byte> input, Span<byte> output, bool last, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        while (consumed < input.Length && output.Length - written >= 64)
        {
            var octet = input[consumed++];
            if (octet != '\n')
            {
                if (_length < LongestLine)
                    _line[_length++] = octet;
                continue;
            }
            TakeLine(output, ref written);
        }
        if (last && consumed == input.Length && output.Length - written >= 64)
            TakeLine(output, ref written);
    }

    private void TakeLine(Span<byte> output, ref int written)
    {
        ReadOnlySpan<byte> line = _line.AsSpan(0, _length).TrimEnd((byte)'\r');
        _length = 0;
        if (_ended || line.IsEmpty)
            return;
        if (!_began)
            _began = line.StartsWith("begin "u8);
        else if (line.SequenceEqual("end"u8))
            _ended = true;
        else
            SawErrors |= !TryDecodeLine(line, output, ref written);
    }

    /// <summary>False where the line can't be uuencoded data.</summary>
    public static bool TryDecodeLine(ReadOnlySpan<byte> line, Span<byte> output, ref int written)
    {
        var count = (line[0] - ' ') & 63;
        if (line[0] is < (byte)' ' or > (byte)'`')
            return false;
        var text = line[1..];
        if (text.Length + 4 < (count * 4 + 2) / 3)
            return false;
        for (var index = 0; count > 0; index += 4)
        {
            var word = (Six(text, index) << 18) | (Six(text, index + 1) << 12) | (Six(text, index + 2) << 6) | Six(text, index + 3);
            for (var shift = 16; shift >= 0 && count > 0; shift -= 8, count--)
                output[written++] = (byte)(word >> shift);
        }
        return true;
    }

    // White space at the end of a line, which encodes zeros, is often lost.
    private static int Six(ReadOnlySpan<byte> text, int index) => index < text.Length ? (text[index] - ' ') & 63 : 0;
}
