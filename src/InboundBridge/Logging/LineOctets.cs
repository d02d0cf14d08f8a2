using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace InboundBridge.Logging;

/// <summary>
/// Writes text into a buffer as UTF-8, without allocating a string or asking the buffer for room for each piece. Call <see cref="End"/>
/// last: until then the output does not know of the last octets.
/// </summary>
internal ref struct LineOctets(IBufferWriter<byte> output)
{
    /// <summary>Octets; most lines fit. Longer ones ask for as much again, so that no value decides how much is allocated.</summary>
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

    /// <summary>A lone surrogate becomes U+FFFD, as with <see cref="Encoding.UTF8"/>.</summary>
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

    /// <summary>
    /// Same text as <see cref="AddNumber"/>, but many times faster for durations in seconds, which are whole multiples of a tick.
    /// </summary>
    public void AddDecimal(double number)
    {
        // Up to fifteen digits no two decimals map to the same double, so the decimal of the ticks is the shortest one that reads back.
        // Smaller numbers are written with an exponent.
        const long LeastTicks = TimeSpan.TicksPerMillisecond / 10;
        const long MostTicks = 1_000_000_000_000_000;
        var ticks = number is >= 0 and < 1e8 ? (long)Math.Round(number * TimeSpan.TicksPerSecond) : 0;
        if (ticks is < LeastTicks or >= MostTicks || ticks / (double)TimeSpan.TicksPerSecond != number)
        {
            AddNumber(number);
            return;
        }
        var (whole, rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
        AddNumber(whole);
        if (rest == 0)
            return;
        Span<byte> decimals = stackalloc byte[7];
        for (var place = decimals.Length - 1; place >= 0; place--)
            (rest, decimals[place]) = (rest / 10, (byte)('0' + rest % 10));
        Add((byte)'.');
        Add(decimals.TrimEnd((byte)'0'));
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
