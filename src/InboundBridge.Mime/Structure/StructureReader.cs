using System.Text;
using InboundBridge.Mime.Headers;
using InboundBridge.Mime.Reading;

namespace InboundBridge.Mime.Structure;

/// <summary>
/// Finds the parts of a mail in one pass over its delimiter lines. Open multiparts are kept on a stack instead of recursion, so that deep
/// nesting can't overflow the thread's stack.
/// </summary>
internal sealed class StructureReader(MimeSource source, SourceWindow window, MimeLimits limits, ProblemList problems, int level = 0)
{
    private static ReadOnlySpan<byte> BoundaryQuotes => "'\"<>; "u8;

    private static readonly byte[] DelimiterMark = "\n--"u8.ToArray();

    /// <summary>Octets of memory of one field's index entry, roughly.</summary>
    private const int HeaderEntryOctets = 32;

    /// <summary>Most encoded multiparts inside one another. Each level decodes its content once more.</summary>
    private const int DeepestEncoded = 3;

    private readonly BoundaryStack _boundaries = new();
    private readonly List<MimePart> _open = [];
    private List<(MimePart Part, byte[] Boundary)>? _encoded;
    private MimePart? _leaf;
    private int _count;
    private long _headerBudget;
    private HeaderBlock? _rootHeader;

    public MimePart Read(HeaderBlock header)
    {
        _headerBudget = limits.HeaderBytes * 8L;
        _rootHeader = header;
        var root = Begin(header, null);
        ReadParts(root.BodyOffset);
        ReadEncoded();
        return root;
    }

    /// <summary>The parts of a multipart whose whole body was encoded; the source is the decoded body.</summary>
    private void ReadInto(MimePart part, byte[] boundary, HeaderBlock rootHeader, long headerBudget)
    {
        _headerBudget = headerBudget;
        _rootHeader = rootHeader;
        _open.Add(part);
        _boundaries.Push(boundary);
        var end = part.BodyEnd;
        ReadParts(0);
        part.BodyEnd = end;
        ReadEncoded();
    }

    private void ReadParts(long position)
    {
        while (_boundaries.Count > 0 && FindDelimiter(position, out var line))
        {
            Close(line.Level + 1, EndOfContent(line.Start, position));
            position = line.End;
            if (line.Closes)
            {
                CloseMultipart(line.Level, line.End);
                continue;
            }
            if (_count >= limits.Parts)
            {
                problems.AddCut($"more than {limits.Parts} parts; the rest was not read");
                break;
            }
            position = Begin(ReadHeader(line.End), _open[^1]).BodyOffset;
        }
        if (_open.Count > 0)
            problems.Add("a multipart has no closing delimiter");
        Close(0, window.Length);
    }

    private void ReadEncoded()
    {
        foreach (var (part, boundary) in _encoded ?? [])
        {
            problems.Add("a multipart has a transfer encoding");
            if (level >= DeepestEncoded)
            {
                problems.AddCut($"multiparts are encoded in each other more than {DeepestEncoded} times; what lies deeper was not read");
                continue;
            }
            var decoded = new DecodedSource(part.Source, part.BodyOffset, part.BodyEnd, part.TransferEncoding);
            using var inner = new SourceWindow(decoded);
            var reader = new StructureReader(decoded, inner, limits, problems, level + 1) { _count = _count };
            reader.ReadInto(part, boundary, _rootHeader!, _headerBudget);
            (_count, _headerBudget) = (reader._count, reader._headerBudget);
        }
    }

    /// <summary>The headers of all parts share a budget; otherwise a mail made of headers would be held in memory whole.</summary>
    private HeaderBlock ReadHeader(long offset)
    {
        var size = (int)Math.Min(limits.HeaderBytes, _headerBudget);
        if (size <= 0)
        {
            problems.AddCut("the headers of the parts are too long; those behind were not read");
            return HeaderBlock.Empty(offset);
        }
        var block = new HeaderBlockReader(window, offset, size, limits.HeaderCount, problems).Read(_boundaries);
        _headerBudget -= block.Size + (block.Count * HeaderEntryOctets);
        return block;
    }

    private MimePart Begin(HeaderBlock header, MimePart? parent)
    {
        var fallback = parent?.ContentType.Subtype == "digest" ? ContentType.EmbeddedMessage
            : _headerBudget <= 0 ? ContentType.Unread : ContentType.PlainText;
        header.Outer = header == _rootHeader ? null : _rootHeader;
        var part = new MimePart(source, header, PartHeader.Type(header, fallback, window, problems), parent, problems);
        if (part.IsTextBody && _rootHeader is { TextCharset: null } root)
            root.TextCharset = part.ContentType.Parameter("charset");
        _count++;
        parent?.Add(part);
        if (part.ContentType.Is("message", "partial"))
            problems.Add("the mail is a fragment of a larger one (message/partial)");
        if (part.ContentType.Is("message", "external-body"))
            problems.Add("the content of a part lies elsewhere (message/external-body)");
        if (part.TransferEncoding is "7bit" or "8bit" or "binary" && PartHeader.AnyFieldSaysBase64(header)
            && DelimiterPeek.IsBase64(window, part.BodyOffset))
            part.TransferEncoding = "base64";
        if (part.IsTextBody && part.TransferEncoding == "base64" && DelimiterPeek.IsPlainText(window, part.BodyOffset))
        {
            problems.Add("a text that is declared as base64 is none");
            part.TransferEncoding = "8bit";
        }
        _leaf = null;
        if (!part.IsMultipart)
            _leaf = part;
        else if (_open.Count >= limits.Depth)
        {
            problems.AddCut($"parts are nested deeper than {limits.Depth}; what lies deeper was not read");
            _leaf = part;
        }
        else if (Boundary(part) is { } boundary)
        {
            if (part.TransferEncoding is "base64" or "quoted-printable" && DelimiterPeek.IsEncoded(window, part, boundary))
            {
                (_encoded ??= []).Add((part, boundary));
                _leaf = part;
                return part;
            }
            _open.Add(part);
            _boundaries.Push(boundary);
        }
        else
        {
            _leaf = part;
        }
        return part;
    }

    private byte[]? Boundary(MimePart part)
    {
        if (part.ContentType.Parameter("boundary") is { Length: > 0 } declared)
        {
            // The delimiter on the line is octets. A boundary should be ASCII; 8-bit boundaries were decoded from raw UTF-8.
            var octets = Encoding.UTF8.GetBytes(declared.TrimEnd(' ', '\t'));
            if (octets.Length is > 0 and <= BoundaryStack.LongestBoundary)
                return DelimiterPeek.Has(window, part.BodyOffset, octets) || UsedBoundary(part, octets) is not { } used ? octets : used;
        }
        problems.Add("a multipart has no usable boundary");
        return FirstDelimiter(part.BodyOffset);
    }

    /// <summary>
    /// The boundary that the body uses instead of the declared one: it differs only by quotes and case, or is another
    /// one with a part's fields after it; null otherwise.
    /// </summary>
    private byte[]? UsedBoundary(MimePart part, ReadOnlySpan<byte> declared)
    {
        if (part.TransferEncoding is "base64" or "quoted-printable" || FirstDelimiter(part.BodyOffset) is not { } used)
            return null;
        if (Ascii.EqualsIgnoreCase(used.AsSpan().Trim(BoundaryQuotes), declared.Trim(BoundaryQuotes)))
            problems.Add("the boundary of a multipart is not quite the one that its body uses");
        else if (DelimiterPeek.SeparatesParts(window, part.BodyOffset, used))
            problems.Add("the boundary of a multipart is not the one that its body uses");
        else
            return null;
        return used;
    }

    /// <summary>
    /// The boundary that the body itself seems to use: from the first line that begins with "--" and belongs to no enclosing multipart.
    /// </summary>
    private byte[]? FirstDelimiter(long position)
    {
        var span = window.From(position, 4096);
        span = span[..Math.Min(span.Length, 4096)];
        while (!span.IsEmpty)
        {
            var end = span.IndexOf((byte)'\n');
            var line = (end < 0 ? span : span[..end]).TrimEnd("\r \t"u8);
            if (line.Length is > 2 and <= 200 && !line[2..].Trim((byte)'-').IsEmpty && line.StartsWith("--"u8)
                && line.IndexOf((byte)' ') < 0
                && !_boundaries.Match(line, out _, out _))
                return line[2..].ToArray();
            if (end < 0)
                break;
            span = span[(end + 1)..];
        }
        return null;
    }

    private long EndOfContent(long lineStart, long contentStart)
    {
        // RFC 2046 §5.1.1: the line end before a delimiter belongs to the delimiter.
        var end = lineStart;
        if (end > contentStart && window.From(end - 1, 1)[0] == '\n')
            end--;
        if (end > contentStart && window.From(end - 1, 1)[0] == '\r')
            end--;
        return end;
    }

    private void Close(int level, long end)
    {
        if (_leaf is not null)
            _leaf.BodyEnd = Math.Max(end, _leaf.BodyOffset);
        _leaf = null;
        if (level < _open.Count && level > 0)
            problems.Add("a multipart has no closing delimiter");
        for (var index = _open.Count - 1; index >= level; index--)
            _open[index].BodyEnd = Math.Max(end, _open[index].BodyOffset);
        _open.RemoveRange(level, _open.Count - level);
        _boundaries.Trim(level);
    }

    private void CloseMultipart(int level, long end)
    {
        _open[level].BodyEnd = end;
        _open.RemoveRange(level, _open.Count - level);
        _boundaries.Trim(level);
    }

    private bool FindDelimiter(long position, out DelimiterLine line)
    {
        if (IsDelimiter(position, out line))
            return true;
        var scan = position;
        while (true)
        {
            var span = window.From(scan, 16);
            var index = span.IndexOf(DelimiterMark);
            if (index >= 0)
            {
                scan += index + 1;
                if (IsDelimiter(scan, out line))
                    return true;
                continue;
            }
            if (scan + span.Length >= window.Length)
                return false;
            scan += span.Length - (DelimiterMark.Length - 1);
        }
    }

    private bool IsDelimiter(long position, out DelimiterLine line)
    {
        line = default;
        var span = window.From(position, BoundaryStack.LongestLine);
        if (!span.StartsWith("--"u8) || !_boundaries.Match(span, out var level, out var closes))
            return false;
        var end = span.IndexOf((byte)'\n');
        line = new DelimiterLine(position, end < 0 ? LineEnd(position) : position + end + 1, level, closes);
        return true;
    }

    private long LineEnd(long position)
    {
        while (true)
        {
            var span = window.From(position, 4096);
            var end = span.IndexOf((byte)'\n');
            if (end >= 0)
                return position + end + 1;
            if (position + span.Length >= window.Length)
                return window.Length;
            position += span.Length;
        }
    }

    private readonly record struct DelimiterLine(long Start, long End, int Level, bool Closes);
}
