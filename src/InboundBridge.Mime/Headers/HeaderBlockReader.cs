using System.Buffers;
using InboundBridge.Mime.Reading;

namespace InboundBridge.Mime.Headers;

/// <summary>
/// Indexes one header block in one pass over its lines. Fields beyond the caps are skipped, so that the body is still found.
/// </summary>
internal ref struct HeaderBlockReader(SourceWindow window, long offset, int sizeCap, int countCap, ProblemList problems)
{
    private const int FirstRead = 8 * 1024;

    /// <summary>Octets after a broken line in which the header may continue.</summary>
    private const int LookAhead = 8 * 1024;

    // RFC 5322 §3.6.8: printable US-ASCII except the colon; 8-bit names occur in the wild and are accepted.
    private static readonly SearchValues<byte> NameOctets = SearchValues.Create(
        [.. Enumerable.Range(33, 94).Where(octet => octet != ':').Concat(Enumerable.Range(128, 128)).Select(octet => (byte)octet)]);

    private HeaderEntry[] _entries = new HeaderEntry[24];
    private int _count;
    private int _start;
    private int _nameLength;
    private int _valueStart;
    private bool _open;
    private int _fieldAhead;

    /// <summary>A delimiter line of one of the <paramref name="open"/> multiparts ends the block, even without an empty line.</summary>
    public HeaderBlock Read(BoundaryStack? open = null)
    {
        var span = window.From(offset, FirstRead);
        var position = 0;
        while (true)
        {
            var atEnd = offset + span.Length >= window.Length;
            var usable = Math.Min(span.Length, sizeCap);
            var state = ReadLines(span[..usable], ref position, atEnd && usable == span.Length, open);
            if (state == LineState.End)
                return Finish(position, offset + position, span);
            if (usable == sizeCap || _count >= countCap)
            {
                problems.AddCut($"the header is longer than {sizeCap} octets or {countCap} fields; the rest of it was not read");
                return Finish(_count >= countCap ? position : usable, SkipToBody(offset + position, open), span, isCut: true);
            }
            span = window.From(offset, Math.Min(span.Length * 4, sizeCap));
        }
    }

    private LineState ReadLines(ReadOnlySpan<byte> span, ref int position, bool last, BoundaryStack? open)
    {
        while (true)
        {
            if (position >= span.Length)
                return last ? LineState.End : LineState.More;
            var rest = span[position..];
            var lineEnd = rest.IndexOf((byte)'\n');
            if (lineEnd < 0 && !last)
                return LineState.More;
            var line = lineEnd < 0 ? rest : rest[..(lineEnd + 1)];
            if (line[0] is (byte)' ' or (byte)'\t')
            {
                if (!_open)
                    problems.Add("the header begins with a continuation line");
                position += line.Length;
                continue;
            }
            if (IsEmpty(line))
            {
                Close(position);
                position += line.Length;
                return LineState.End;
            }
            var state = OpenField(span, position, line, last, open);
            if (state != LineState.Read)
                return state;
            if (_open && _count >= countCap)
            {
                _open = false;
                return LineState.More;
            }
            position += line.Length;
        }
    }

    /// <summary><see cref="LineState.End"/> where the line is not a field and begins the body.</summary>
    private LineState OpenField(ReadOnlySpan<byte> span, int position, ReadOnlySpan<byte> line, bool last, BoundaryStack? open)
    {
        Close(position);
        var nameLength = line.IndexOfAnyExcept(NameOctets);
        var colon = nameLength;
        while (colon >= 0 && colon < line.Length && line[colon] is (byte)' ' or (byte)'\t')
            colon++;
        if (nameLength > 0 && colon < line.Length && line[colon] == ':')
        {
            _open = true;
            _start = position;
            _nameLength = nameLength;
            _valueStart = position + colon + 1;
            return LineState.Read;
        }
        if (open is not null && line.StartsWith("--"u8) && open.Match(line, out _, out _))
        {
            problems.Add("a part's header ends without an empty line");
            return LineState.End;
        }
        if (position == 0 && (line.StartsWith("From "u8) || line.StartsWith(">From "u8)))
            return LineState.Read;
        var state = JudgeBrokenLine(span[position..], position, line, last);
        if (state != LineState.More)
            problems.Add("a line of the header is not a field");
        return state;
    }

    /// <summary>
    /// A line that is not a field is skipped where the header continues after it: with an empty line or a field
    /// right below, or with a field of a well-known name before the empty line (some programs strip the white space
    /// that continues a field). Otherwise the body begins here.
    /// </summary>
    private LineState JudgeBrokenLine(ReadOnlySpan<byte> rest, int position, ReadOnlySpan<byte> line, bool last)
    {
        if (position < _fieldAhead)
            return LineState.Read;
        var ahead = rest[..Math.Min(rest.Length, LookAhead)];
        var used = line.Length;
        while (used < ahead.Length)
        {
            var next = ahead[used..];
            var end = next.IndexOf((byte)'\n');
            if (end < 0 && ahead.Length == rest.Length && !last)
                return LineState.More;
            var isNext = used == line.Length;
            if (IsEmpty(next))
                return isNext ? LineState.Read : LineState.End;
            var nameLength = next.IndexOfAnyExcept(NameOctets);
            if (nameLength > 0 && next[nameLength] == ':' && (isNext || FieldNames.IsWellKnown(next[..nameLength])))
            {
                _fieldAhead = position + used;
                return LineState.Read;
            }
            if (end < 0)
                return LineState.End;
            used += end + 1;
        }
        return ahead.Length < LookAhead && !last ? LineState.More : used == line.Length ? LineState.Read : LineState.End;
    }

    private static bool IsEmpty(ReadOnlySpan<byte> line) => line[0] == '\n' || (line[0] == '\r' && (line.Length == 1 || line[1] == '\n'));

    private void Close(int end)
    {
        if (!_open)
            return;
        _open = false;
        if (_count == _entries.Length)
            Array.Resize(ref _entries, _count * 2);
        _entries[_count++] = new HeaderEntry(_start, _nameLength, _valueStart, end);
    }

    private HeaderBlock Finish(int size, long bodyOffset, ReadOnlySpan<byte> span, bool isCut = false)
    {
        Close(Math.Min(size, span.Length));
        return new HeaderBlock(window.Keep(offset, size), offset, _entries, _count, bodyOffset) { IsCut = isCut };
    }

    private readonly long SkipToBody(long position, BoundaryStack? open)
    {
        while (true)
        {
            var span = window.From(position, FirstRead);
            if (span.IsEmpty)
                return window.Length;
            var used = 0;
            while (true)
            {
                var lineEnd = span[used..].IndexOf((byte)'\n');
                if (lineEnd < 0)
                    break;
                var line = span.Slice(used, lineEnd + 1);
                if (IsEmpty(line))
                    return position + used + line.Length;
                if (open is not null && line.StartsWith("--"u8) && open.Match(line, out _, out _))
                    return position + used;
                used += line.Length;
            }
            // The line is longer than the window; only its end matters, and that it is not empty.
            if (position + span.Length >= window.Length)
                return window.Length;
            position += used > 0 ? used : span.Length - 1;
        }
    }

    private enum LineState
    {
        Read,
        More,
        End,
    }
}
