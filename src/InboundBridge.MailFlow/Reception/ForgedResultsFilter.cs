using System.Buffers;

namespace InboundBridge.MailFlow.Reception;

/// <summary>
/// Takes the Authentication-Results fields that claim to be ours out of a header that comes in pieces (RFC 8601 §5): whoever reads the stored mail would
/// believe them. Every other octet stays as it is.
/// </summary>
/// <param name="ids">Our names, lower case.</param>
internal sealed class ForgedResultsFilter(IReadOnlyList<string> ids)
{
    /// <summary>Octets of one field that are kept back until it is known whose it is. A name that is not said by then is hidden on purpose.</summary>
    private const int MostHeld = 4096;

    private readonly List<byte> _held = [];
    private State _state = State.LineStart;
    private int _valueAt;

    private enum State
    {
        LineStart,

        /// <summary>A CR at the start of a line: the empty line, if LF follows.</summary>
        LoneCr,

        /// <summary>Inside of a line that stays.</summary>
        Passing,

        /// <summary>The line begins as the field does; its octets are held.</summary>
        Name,
        NameEnd,
        Value,
        ValueLineStart,
        Dropping,
        DroppingLineStart,

        /// <summary>Behind the empty line.</summary>
        Body,
    }

    private static ReadOnlySpan<byte> FieldName => "authentication-results"u8;

    /// <summary>The header is over: nothing more will be taken out.</summary>
    public bool IsOver => _state == State.Body;

    /// <summary>
    /// How many octets from the start stay for certain, found without a look at each. What follows them goes through <see cref="Filter"/>, and so does
    /// everything while <see cref="IsUndecided"/>.
    /// </summary>
    public int Pass(ReadOnlySpan<byte> octets)
    {
        var at = 0;
        while (at < octets.Length && _state != State.Body)
        {
            if (_state == State.LineStart && MayBegin(octets[at..]))
                return at;
            if (_state is State.LineStart or State.LoneCr)
            {
                Take(octets[at++], null);
                continue;
            }
            var end = octets[at..].IndexOf((byte)'\n');
            if (end < 0)
                break;
            _state = State.LineStart;
            at += end + 1;
        }
        return octets.Length;
    }

    /// <summary>Inside of a field that may be ours, or of one that is.</summary>
    public bool IsUndecided => _state is State.Name or State.NameEnd or State.Value or State.ValueLineStart or State.Dropping or State.DroppingLineStart;

    public void Filter(ReadOnlySpan<byte> octets, IBufferWriter<byte> kept)
    {
        for (var at = 0; at < octets.Length; at++)
        {
            if (_state == State.Body)
            {
                kept.Write(octets[at..]);
                return;
            }
            Take(octets[at], kept);
        }
    }

    /// <summary>The mail ended inside of its header.</summary>
    public void End(IBufferWriter<byte> kept)
    {
        if (_state is State.Value or State.ValueLineStart)
            Decide(kept);
        Release(kept);
        _state = State.Body;
    }

    private static byte Lower(byte octet) => octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;

    private static bool MayBegin(ReadOnlySpan<byte> line)
    {
        var length = Math.Min(line.Length, FieldName.Length);
        return System.Text.Ascii.EqualsIgnoreCase(line[..length], FieldName[..length]);
    }

    private void Take(byte octet, IBufferWriter<byte>? kept)
    {
        switch (_state)
        {
            case State.LineStart:
                Begin(octet, kept);
                break;
            case State.LoneCr:
                Write(octet, kept);
                _state = octet == (byte)'\n' ? State.Body : State.Passing;
                break;
            case State.Name or State.NameEnd:
                OfName(octet, kept!);
                break;
            case State.Value:
                _held.Add(octet);
                if (octet == (byte)'\n')
                    _state = State.ValueLineStart;
                else if (_held.Count >= MostHeld)
                    Decide(kept!);
                break;
            case State.ValueLineStart:
                OfValueLine(octet, kept!);
                break;
            case State.Dropping:
                _state = octet == (byte)'\n' ? State.DroppingLineStart : State.Dropping;
                break;
            case State.DroppingLineStart:
                DroppedLine(octet, kept!);
                break;
            default:
                Write(octet, kept);
                _state = octet == (byte)'\n' ? State.LineStart : State.Passing;
                break;
        }
    }

    private void Begin(byte octet, IBufferWriter<byte>? kept)
    {
        if (kept is not null && MayBegin([octet]))
        {
            _held.Add(octet);
            _state = State.Name;
            return;
        }
        Write(octet, kept);
        _state = octet switch { (byte)'\n' => State.Body, (byte)'\r' => State.LoneCr, _ => State.Passing };
    }

    private void OfName(byte octet, IBufferWriter<byte> kept)
    {
        _held.Add(octet);
        if (_state == State.Name && Lower(octet) == FieldName[_held.Count - 1])
        {
            if (_held.Count == FieldName.Length)
                _state = State.NameEnd;
            return;
        }
        // RFC 5322 §4.5.8: white space in front of the colon is obsolete, and read all the same.
        if (_state == State.NameEnd && octet is (byte)' ' or (byte)'\t' && _held.Count < MostHeld)
            return;
        if (_state == State.NameEnd && octet == (byte)':')
        {
            _valueAt = _held.Count;
            _state = State.Value;
            return;
        }
        Release(kept);
        _state = octet == (byte)'\n' ? State.LineStart : State.Passing;
    }

    private void OfValueLine(byte octet, IBufferWriter<byte> kept)
    {
        if (octet is (byte)' ' or (byte)'\t')
        {
            _held.Add(octet);
            _state = State.Value;
            return;
        }
        Decide(kept);
        _state = State.LineStart;
        Take(octet, kept);
    }

    private void DroppedLine(byte octet, IBufferWriter<byte> kept)
    {
        if (octet is (byte)' ' or (byte)'\t')
        {
            _state = State.Dropping;
            return;
        }
        _state = State.LineStart;
        Take(octet, kept);
    }

    /// <summary>Whose the held field is. One that hides its name behind more comment than is kept back is taken for ours.</summary>
    private void Decide(IBufferWriter<byte> kept)
    {
        var value = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_held)[_valueAt..];
        var isOurs = AuthservId.TryRead(value, out var id) ? ids.Contains(id, StringComparer.Ordinal) : _held.Count >= MostHeld;
        if (isOurs)
            _held.Clear();
        else
            Release(kept);
        _state = isOurs ? State.Dropping : State.Passing;
    }

    private void Release(IBufferWriter<byte> kept)
    {
        kept.Write(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_held));
        _held.Clear();
    }

    private static void Write(byte octet, IBufferWriter<byte>? kept)
    {
        if (kept is null)
            return;
        kept.GetSpan(1)[0] = octet;
        kept.Advance(1);
    }
}
