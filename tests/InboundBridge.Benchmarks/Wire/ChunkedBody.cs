namespace InboundBridge.Benchmarks.Wire;

/// <summary>A body in chunks (RFC 9112 §7.1), discarded as it arrives.</summary>
internal sealed class ChunkedBody
{
    private Part _part;
    private long _left;
    private bool _extension;
    private int _lineLength;

    private enum Part
    {
        Size,
        Data,
        DataEnd,
        Trailer,
    }

    /// <returns>False while the body is incomplete; true at its end, with <paramref name="input"/> moved past it.</returns>
    public bool Take(ref ReadOnlySpan<byte> input)
    {
        while (!input.IsEmpty)
        {
            if (_part == Part.Data)
            {
                var taken = (int)Math.Min(_left, input.Length);
                input = input[taken..];
                _left -= taken;
                if (_left == 0)
                    _part = Part.DataEnd;
                continue;
            }

            var octet = input[0];
            input = input[1..];
            if (octet == '\r')
                continue;
            if (octet == '\n' ? LineEnds() : InLine(octet))
                return true;
        }

        return false;
    }

    private bool InLine(byte octet)
    {
        _lineLength++;
        if (_part != Part.Size)
            return false;
        _extension |= octet == ';';
        if (!_extension)
            _left = (_left * 16) + (octet <= '9' ? octet - '0' : (octet | 0x20) - 'a' + 10);
        return false;
    }

    private bool LineEnds()
    {
        var empty = _lineLength == 0;
        (_lineLength, _extension) = (0, false);
        switch (_part)
        {
            case Part.Size:
                _part = _left > 0 ? Part.Data : Part.Trailer;
                return false;
            case Part.DataEnd:
                (_part, _left) = (Part.Size, 0);
                return false;
            default:
                return empty;
        }
    }
}
