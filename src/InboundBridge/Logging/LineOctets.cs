using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace InboundBridge.Logging;

/// <summary>
/// Writes text into a buffer as UTF-8, without a string or a request for room for each piece. <see cref="End"/> must be called last: only what it hands over
/// counts as written.
/// </summary>
internal ref struct LineOctets(IBufferWriter<byte> output)
{
    /// <summary>Most lines fit; longer ones ask again, so that no value's length decides how much is asked for.</summary>
    private const int LeastRoom = 512;

    private Span<byte> _room = output.GetSpan(LeastRoom);
    private int _length;

    public void Add(byte octet)
    {
        if (_length == _room.Length)
            MakeRoom();
        _room[_length++] = octet;
    }

    public void Add(scoped ReadOnlySpan<byte> octets)
    {
        while (octets.Length > _room.Length - _length)
        {
            var fitting = _room.Length - _length;
            octets[..fitting].CopyTo(_room[_length..]);
            _length += fitting;
            octets = octets[fitting..];
            MakeRoom();
        }
        octets.CopyTo(_room[_length..]);
        _length += octets.Length;
    }

    /// <summary>Half a surrogate pair becomes U+FFFD, as with <see cref="Encoding.UTF8"/>.</summary>
    public void Add(scoped ReadOnlySpan<char> text)
    {
        OperationStatus status;
        do
        {
            status = Utf8.FromUtf16(text, _room[_length..], out var read, out var written);
            _length += written;
            text = text[read..];
            if (status != OperationStatus.Done)
                MakeRoom();
        }
        while (status != OperationStatus.Done);
    }

    /// <param name="format">As for the number's <c>ToString</c>, with invariant culture.</param>
    public void AddNumber<T>(T number, scoped ReadOnlySpan<char> format = default)
        where T : IUtf8SpanFormattable
    {
        int written;
        while (!number.TryFormat(_room[_length..], out written, format, CultureInfo.InvariantCulture))
            MakeRoom();
        _length += written;
    }

    public void End()
    {
        output.Advance(_length);
        _room = [];
        _length = 0;
    }

    private void MakeRoom()
    {
        output.Advance(_length);
        _room = output.GetSpan(LeastRoom);
        _length = 0;
    }
}
