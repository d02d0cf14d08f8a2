namespace InboundBridge.Mime.Encodings;

/// <summary>Holds back the line after padding or an empty line until it is clear whether base64 continues or has ended.</summary>
internal sealed class Base64Tail(bool isBehindPadding)
{
    /// <summary>Most octets held back; base64 has lines of 76. A longer line is judged by its beginning.</summary>
    private const int Longest = 100;

    /// <summary>Most octets that a line decodes to.</summary>
    public const int MostOctets = Longest;

    private byte[] _line = new byte[Longest];
    private int _count;

    public ReadOnlySpan<byte> Line => _line.AsSpan(0, _count);

    public bool IsDataAtEnd => IsData(isWhole: true);

    /// <returns>Null until the line ends; then whether it is base64.</returns>
    public bool? Take(byte octet)
    {
        // More padding and leading white space decide nothing.
        if (_count == 0 && octet is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'=')
            return null;
        if (octet == '\n')
            return IsData(isWhole: true);
        _line[_count++] = octet;
        return _count == Longest ? IsData(isWhole: false) : null;
    }

    public Base64Tail Copy()
    {
        var copy = (Base64Tail)MemberwiseClone();
        copy._line = [.. _line];
        return copy;
    }

    private bool IsData(bool isWhole)
    {
        var line = Line.TrimEnd(" \t\r"u8);
        var letters = line.TrimEnd((byte)'=');
        foreach (var octet in letters)
        {
            if (Base64Decoder.Value((char)octet) < 0)
                return false;
        }
        // A word such as "Regards" has the same letters, but rarely whole groups of four.
        return line.IsEmpty || !isWhole || !isBehindPadding || line.Length % 4 == 0;
    }
}
