using System.Buffers;
using System.Runtime.InteropServices;

namespace InboundBridge.MailFlow.Reception.ForgedResults;

/// <summary>
/// Removes Authentication-Results fields that claim to be ours from a header that comes in pieces (RFC 8601 §5), because readers of the
/// stored message would trust them. Every other octet is kept. BDAT allows any line ends, so the filter recognizes a field wherever some
/// reader would see one.
/// </summary>
/// <param name="ids">Our names in lower case.</param>
internal sealed class ForgedResultsFilter(IReadOnlyList<string> ids)
{
    /// <summary>
    /// Octets of one field that are held until its authserv-id is known. An id that has not come by then is hidden on purpose.
    /// </summary>
    private const int MostHeld = 4096;

    private readonly List<byte> _held = [];
    private HeaderLineEnds _lines;
    private ResultsFieldName _name = new();
    private State _state = State.LineStart;
    private int _valueAt;

    private enum State
    {
        LineStart,

        /// <summary>Inside a line that is kept.</summary>
        Passing,

        /// <summary>The line begins like the field; its octets are held.</summary>
        Name,
        NameLineStart,
        Value,
        ValueLineStart,
        Dropping,
        DroppingLineStart,

        /// <summary>After the empty line.</summary>
        Body,
    }

    /// <summary>The header has ended, so nothing more will be removed.</summary>
    public bool IsOver => _state == State.Body;

    /// <summary>Inside a field that claims, or may claim, to be ours.</summary>
    public bool IsUndecided => _state is not (State.LineStart or State.Passing or State.Body);

    /// <summary>
    /// The number of octets from the start that are kept for certain, found without examining each of them. Pass the others to
    /// <see cref="Filter"/>, and all octets while <see cref="IsUndecided"/> is true.
    /// </summary>
    public int Pass(ReadOnlySpan<byte> octets)
    {
        var at = 0;
        while (at < octets.Length && _state != State.Body)
        {
            if (_state == State.LineStart)
            {
                if (ResultsFieldName.MayBegin(octets[at..]))
                    return at;
                Take(octets[at++], null);
                continue;
            }
            var end = octets[at..].IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0)
            {
                _lines.Content();
                break;
            }
            if (end > 0)
                _lines.Content();
            at += end;
            Take(octets[at++], null);
        }
        return octets.Length;
    }

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

    /// <summary>The message ended inside its header.</summary>
    public void End(IBufferWriter<byte> kept)
    {
        if (_state is State.Value or State.ValueLineStart)
            Decide(kept);
        Release(kept);
        _state = State.Body;
    }

    private void Take(byte octet, IBufferWriter<byte>? kept)
    {
        var isLineEnd = octet is (byte)'\r' or (byte)'\n';
        switch (_state)
        {
            case State.NameLineStart or State.ValueLineStart or State.DroppingLineStart:
                AfterLine(octet, isLineEnd, kept!);
                return;
            case State.Name or State.Value:
                OfField(octet, isLineEnd, kept!);
                return;
            case State.Dropping:
                if (isLineEnd)
                {
                    _lines.End(octet);
                    _state = State.DroppingLineStart;
                }
                else
                {
                    _lines.Content();
                }
                return;
            default:
                OfOther(octet, isLineEnd, kept);
                return;
        }
    }

    /// <summary>An octet outside a field that may be ours.</summary>
    private void OfOther(byte octet, bool isLineEnd, IBufferWriter<byte>? kept)
    {
        if (isLineEnd)
        {
            Write(octet, kept);
            _state = _lines.End(octet) ? State.Body : State.LineStart;
            return;
        }
        _lines.Content();
        if (_state == State.LineStart && kept is not null && ResultsFieldName.MayBegin([octet]))
        {
            _held.Add(octet);
            _name = new ResultsFieldName();
            _name.Take(octet);
            _state = State.Name;
            return;
        }
        Write(octet, kept);
        _state = State.Passing;
    }

    private void OfField(byte octet, bool isLineEnd, IBufferWriter<byte> kept)
    {
        _held.Add(octet);
        if (isLineEnd)
        {
            _lines.End(octet);
            _state = _state == State.Name ? State.NameLineStart : State.ValueLineStart;
            return;
        }
        _lines.Content();
        if (_state == State.Value)
        {
            if (_held.Count >= MostHeld)
                Decide(kept);
            return;
        }
        if (octet == (byte)':' && _name.IsWhole)
        {
            _valueAt = _held.Count;
            _state = State.Value;
        }
        else if (!_name.Take(octet))
        {
            Release(kept);
            _state = State.Passing;
        }
        else if (_held.Count >= MostHeld)
        {
            // The whole name and then thousands of blanks: only a forger writes that.
            if (_name.IsWhole)
                Drop();
            else
                Release(kept);
            _state = _name.IsWhole ? State.Dropping : State.Passing;
        }
    }

    /// <summary>After a line end, a blank continues the field (RFC 5322 §2.2.3), and anything else begins another field.</summary>
    private void AfterLine(byte octet, bool isLineEnd, IBufferWriter<byte> kept)
    {
        var holds = _state != State.DroppingLineStart;
        if (isLineEnd && _lines.Completes(octet))
        {
            if (holds)
                _held.Add(octet);
            _lines.End(octet);
            return;
        }
        if (octet is (byte)' ' or (byte)'\t')
        {
            _state = _state switch { State.NameLineStart => State.Name, State.ValueLineStart => State.Value, _ => State.Dropping };
            Take(octet, kept);
            return;
        }
        if (_state == State.ValueLineStart)
            Decide(kept);
        Release(kept);
        _state = State.LineStart;
        Take(octet, kept);
    }

    /// <summary>Drops the held field if it claims to be ours, otherwise keeps it.</summary>
    private void Decide(IBufferWriter<byte> kept)
    {
        var isOurs = AuthservId.Claims(CollectionsMarshal.AsSpan(_held)[_valueAt..], ids, isCut: _held.Count >= MostHeld);
        if (isOurs)
            Drop();
        else
            Release(kept);
        _state = isOurs ? State.Dropping : State.Passing;
    }

    private void Drop() => _held.Clear();

    private void Release(IBufferWriter<byte> kept)
    {
        kept.Write(CollectionsMarshal.AsSpan(_held));
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
