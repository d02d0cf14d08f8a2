using System.Buffers;

namespace InboundBridge.Mime.Encodings;

/// <summary>
/// Quoted-printable (RFC 2045 §6.7): soft line breaks joined, white space at line ends dropped
/// (it was added in transit), invalid escapes left unchanged.
/// </summary>
internal sealed class QuotedPrintableDecoder : TransferDecoder
{
    /// <summary>Most white space held back in case a line end follows; longer runs are passed through.</summary>
    private const int MostHeld = 256;

    private static readonly SearchValues<byte> Special = SearchValues.Create("= \t\r"u8);

    /// <summary>Lines up to this length are decoded whole, longer ones octet by octet.</summary>
    private const int LongestLine = 2048;

    private byte[] _held = new byte[MostHeld];
    private int _slow;
    private int _heldCount;
    private State _state;
    private byte _firstDigit;

    private enum State
    {
        Text,
        Escape,
        Digit,
        SoftBreak,
        SoftBreakReturn,
        Return,
    }

    public override TransferDecoder Copy()
    {
        var copy = (QuotedPrintableDecoder)base.Copy();
        copy._held = [.. _held];
        return copy;
    }

    public override void Decode(ReadOnlySpan<byte> input, Span<byte> output, bool last, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        while (consumed < input.Length && output.Length - written > MostHeld + 4)
        {
            if (_state == State.Text && _heldCount == 0)
            {
                if (_slow <= 0 && TryDecodeLine(input[consumed..], output, ref consumed, ref written))
                    continue;
                var rest = input[consumed..];
                rest = rest[..Math.Min(rest.Length, output.Length - written - MostHeld - 4)];
                var plain = rest.IndexOfAny(Special);
                plain = plain < 0 ? rest.Length : plain;
                rest[..plain].CopyTo(output[written..]);
                written += plain;
                consumed += plain;
                _slow -= plain;
                if (plain == rest.Length)
                    continue;
            }
            _slow--;
            if (Step(input[consumed], output, ref written))
                consumed++;
        }
        if (last && consumed == input.Length && output.Length - written > MostHeld + 4)
            Finish(output, ref written);
    }

    /// <summary>Fast path: a whole line is in the input and has no stray CR.</summary>
    private bool TryDecodeLine(ReadOnlySpan<byte> input, Span<byte> output, ref int consumed, ref int written)
    {
        var end = input[..Math.Min(input.Length, LongestLine)].IndexOf((byte)'\n');
        var hasReturn = end > 0 && input[end - 1] == '\r';
        var content = end < 0 ? input[..Math.Min(input.Length, LongestLine)] : input[..(hasReturn ? end - 1 : end)];
        if (end < 0 || output.Length - written < content.Length + 2 || content.IndexOf((byte)'\r') >= 0)
        {
            _slow = end < 0 ? content.Length : end + 1;
            return false;
        }
        content = content.TrimEnd(" \t"u8);
        var soft = content.EndsWith("="u8);
        DecodeContent(soft ? content[..^1] : content, output, ref written);
        if (!soft)
        {
            if (hasReturn)
                output[written++] = (byte)'\r';
            output[written++] = (byte)'\n';
        }
        consumed += end + 1;
        return true;
    }

    private void DecodeContent(ReadOnlySpan<byte> content, Span<byte> output, ref int written)
    {
        while (true)
        {
            var mark = content.IndexOf((byte)'=');
            var plain = mark < 0 ? content : content[..mark];
            plain.CopyTo(output[written..]);
            written += plain.Length;
            if (mark < 0)
                return;
            content = content[mark..];
            if (content.Length > 2 && WordEncodings.Hex((char)content[1]) is >= 0 and var high
                && WordEncodings.Hex((char)content[2]) is >= 0 and var low)
            {
                output[written++] = (byte)((high << 4) | low);
                content = content[3..];
                continue;
            }
            SawErrors = true;
            output[written++] = (byte)'=';
            content = content[1..];
        }
    }

    /// <summary>False where the octet must be processed again in the new state.</summary>
    private bool Step(byte octet, Span<byte> output, ref int written)
    {
        switch (_state)
        {
            case State.Escape when WordEncodings.Hex((char)octet) >= 0:
                _firstDigit = octet;
                _state = State.Digit;
                return true;
            case State.Escape when octet == '\r':
                _state = State.SoftBreakReturn;
                return true;
            case State.Escape when octet == '\n':
                _state = State.Text;
                return true;
            case State.Escape when octet is (byte)' ' or (byte)'\t':
                _state = State.SoftBreak;
                return Hold(octet, output, ref written);
            case State.Escape:
                return GiveUp(output, ref written, "="u8);
            case State.Digit when WordEncodings.Hex((char)octet) is >= 0 and var low:
                output[written++] = (byte)((WordEncodings.Hex((char)_firstDigit) << 4) | low);
                _state = State.Text;
                return true;
            case State.Digit:
                return GiveUp(output, ref written, [(byte)'=', _firstDigit]);
            case State.SoftBreak:
                return StepSoftBreak(octet, output, ref written);
            case State.SoftBreakReturn:
                _state = State.Text;
                return octet == '\n';
            case State.Return:
                return StepReturn(octet, output, ref written);
            default:
                return StepText(octet, output, ref written);
        }
    }

    private bool StepText(byte octet, Span<byte> output, ref int written)
    {
        switch (octet)
        {
            case (byte)' ' or (byte)'\t':
                return Hold(octet, output, ref written);
            case (byte)'\r':
                _state = State.Return;
                return true;
            case (byte)'\n':
                _heldCount = 0;
                output[written++] = octet;
                return true;
        }
        Release(output, ref written);
        if (octet == '=')
            _state = State.Escape;
        else
            output[written++] = octet;
        return true;
    }

    private bool StepReturn(byte octet, Span<byte> output, ref int written)
    {
        _state = State.Text;
        if (octet == '\n')
            _heldCount = 0;
        else
            Release(output, ref written);
        output[written++] = (byte)'\r';
        if (octet != '\n')
            return false;
        output[written++] = octet;
        return true;
    }

    /// <summary>RFC 2045 §6.7 (3): white space between "=" and the line end was added in transit.</summary>
    private bool StepSoftBreak(byte octet, Span<byte> output, ref int written)
    {
        if (octet is (byte)' ' or (byte)'\t' && _heldCount < MostHeld)
        {
            _held[_heldCount++] = octet;
            return true;
        }
        if (octet is (byte)'\r' or (byte)'\n')
        {
            _heldCount = 0;
            _state = octet == '\r' ? State.SoftBreakReturn : State.Text;
            return true;
        }
        output[written++] = (byte)'=';
        SawErrors = true;
        Release(output, ref written);
        _state = State.Text;
        return false;
    }

    private bool Hold(byte octet, Span<byte> output, ref int written)
    {
        if (_heldCount == MostHeld)
            Release(output, ref written);
        _held[_heldCount++] = octet;
        return true;
    }

    private bool GiveUp(Span<byte> output, ref int written, ReadOnlySpan<byte> text)
    {
        SawErrors = true;
        text.CopyTo(output[written..]);
        written += text.Length;
        _state = State.Text;
        return false;
    }

    private void Release(Span<byte> output, ref int written)
    {
        _held.AsSpan(0, _heldCount).CopyTo(output[written..]);
        written += _heldCount;
        _heldCount = 0;
    }

    private void Finish(Span<byte> output, ref int written)
    {
        if (_state == State.Digit)
            GiveUp(output, ref written, [(byte)'=', _firstDigit]);
        if (_state == State.Return)
            output[written++] = (byte)'\r';
        _heldCount = 0;
        _state = State.Text;
    }
}
