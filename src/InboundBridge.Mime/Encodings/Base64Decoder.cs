using System.Buffers;
using System.Buffers.Text;

namespace InboundBridge.Mime.Encodings;

/// <summary>
/// Base64 (RFC 2045 §6.8). Clean lines are decoded by the vectorised decoder of the base library, anything else character by character:
/// foreign characters are skipped, padding in the middle starts a new text, a missing end yields the complete octets. After padding or an
/// empty line, a line that is not base64 ends the data: mailing lists and scanners append lines of text.
/// </summary>
internal sealed class Base64Decoder : TransferDecoder
{
    private static readonly sbyte[] Values = BuildValues();

    private static readonly SearchValues<byte> WhiteSpace = SearchValues.Create(" \t\r\n"u8);

    private const int LongestRun = 4096;
    private const int SlowRun = 128;

    private int _held;
    private int _bits;
    private int _slow;
    private int _lineEnds;
    private bool _hasData;
    private bool _isEnded;
    private Base64Tail? _tail;

    public static int Value(char character) => character < 128 ? Values[character] : -1;

    public override void Decode(ReadOnlySpan<byte> input, Span<byte> output, bool last, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        while (consumed < input.Length && output.Length - written >= 3 + Base64Tail.MostOctets)
        {
            if (_isEnded)
            {
                consumed = input.Length;
                break;
            }
            if (_tail is not null)
            {
                if (_tail.Take(input[consumed++]) is { } isData)
                    EndTail(isData, output, ref written);
                continue;
            }
            if (_bits == 0 && _slow <= 0)
            {
                if (DecodeRun(input[consumed..], output[written..], out var used, out var made))
                {
                    consumed += used;
                    written += made;
                    continue;
                }
                // In garbage, searching for a clean run at every octet would cost far more than decoding the octets one by one.
                _slow = SlowRun;
            }
            _slow--;
            DecodeOne(input[consumed++], output, ref written);
        }
        if (last && consumed == input.Length && output.Length - written >= 3 + Base64Tail.MostOctets)
        {
            if (_tail is not null)
                EndTail(_tail.IsDataAtEnd, output, ref written);
            if (_bits != 0)
                SawErrors = true;
            _bits = 0;
        }
    }

    public override TransferDecoder Copy()
    {
        var copy = (Base64Decoder)base.Copy();
        copy._tail = _tail?.Copy();
        return copy;
    }

    private void EndTail(bool isData, Span<byte> output, ref int written)
    {
        var line = _tail!.Line;
        _tail = null;
        if (!isData)
        {
            _isEnded = true;
            SawErrors |= !line.IsEmpty;
            return;
        }
        foreach (var octet in line)
            DecodeOne(octet, output, ref written);
    }

    /// <summary>Decodes a run of whole quanta and the white space around it.</summary>
    private bool DecodeRun(ReadOnlySpan<byte> input, Span<byte> output, out int used, out int made)
    {
        used = made = 0;
        while (used < input.Length && used < LongestRun && IsSpace(input[used]))
        {
            if (input[used++] == '\n' && ++_lineEnds > 1 && _hasData)
            {
                _tail = new Base64Tail(isBehindPadding: false);
                _lineEnds = 0;
                return true;
            }
        }
        var rest = input[used..];
        var most = Math.Min(Math.Min(rest.Length, LongestRun), output.Length / 3 * 4);
        var end = rest[..most].IndexOfAny(WhiteSpace);
        var run = (end < 0 ? most : end) & ~3;
        if (run == 0)
            return used > 0;
        _ = Base64.DecodeFromUtf8(rest[..run], output, out var taken, out made, isFinalBlock: false);
        used += taken;
        if (taken > 0)
            (_lineEnds, _hasData) = (0, true);
        return used > 0;
    }

    private void DecodeOne(byte octet, Span<byte> output, ref int written)
    {
        var value = octet < 128 ? Values[octet] : -1;
        if (value >= 0)
        {
            (_lineEnds, _hasData) = (0, true);
            _held = ((_held << 6) | value) & 0xffffff;
            _bits += 6;
            if (_bits < 8)
                return;
            _bits -= 8;
            output[written++] = (byte)(_held >> _bits);
            return;
        }
        if (octet == '=')
        {
            if (_hasData && _tail is null)
                _tail = new Base64Tail(isBehindPadding: true);
            _bits = 0;
        }
        else if (octet == '\n')
        {
            if (++_lineEnds > 1 && _hasData && _bits == 0)
            {
                _tail = new Base64Tail(isBehindPadding: false);
                _lineEnds = 0;
            }
        }
        else if (!IsSpace(octet))
            SawErrors = true;
    }

    private static bool IsSpace(byte octet) => octet is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private static sbyte[] BuildValues()
    {
        var values = new sbyte[128];
        Array.Fill(values, (sbyte)-1);
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (var index = 0; index < alphabet.Length; index++)
            values[alphabet[index]] = (sbyte)index;
        return values;
    }
}
