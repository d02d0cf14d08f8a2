using InboundBridge.Mime.Encodings;
using InboundBridge.Mime.Headers;
using InboundBridge.Mime.Reading;

namespace InboundBridge.Mime.Structure;

/// <summary>A uuencoded file in a text: octet offsets from its <c>begin</c> line to its <c>end</c> line, both included.</summary>
internal sealed record UuBlock(long Start, long End, string FileName);

/// <summary>Finds uuencoded files in a text part that has no transfer encoding.</summary>
internal static class UuBlocks
{
    private const int LongestLine = 300;

    /// <summary>Further files stay in the text.</summary>
    private const int Most = 100;

    public static IReadOnlyList<UuBlock> Find(MimeSource source, MimePart part)
    {
        if (part.TransferEncoding is "base64" or "quoted-printable" || part.BodyEnd - part.BodyOffset < 20)
            return [];
        using var window = new SourceWindow(source);
        if (FindBegin(window, part.BodyOffset, part.BodyEnd) is not { } position)
            return [];
        var blocks = new List<UuBlock>();
        while (blocks.Count < Most && FindBegin(window, position, part.BodyEnd) is { } begin)
        {
            position = begin + 6;
            if (Read(window, begin, part.BodyEnd) is not { } block)
                continue;
            blocks.Add(block);
            position = block.End;
        }
        return blocks;
    }

    private static long? FindBegin(SourceWindow window, long position, long end)
    {
        while (position < end)
        {
            var span = Line(window, position, end, 4096);
            if (span.StartsWith("begin "u8))
                return position;
            var next = span.IndexOf("\nbegin "u8);
            if (next >= 0)
                return position + next + 1;
            if (position + span.Length >= end)
                return null;
            position += Math.Max(1, span.Length - 6);
        }
        return null;
    }

    private static UuBlock? Read(SourceWindow window, long begin, long end)
    {
        var span = Line(window, begin, end, LongestLine);
        var lineEnd = span[..Math.Min(span.Length, LongestLine)].IndexOf((byte)'\n');
        if (lineEnd < 0)
            return null;
        var line = span["begin "u8.Length..lineEnd].TrimEnd("\r \t"u8);
        var space = line.IndexOf((byte)' ');
        if (space < 0)
            space = line.Length;
        if (space is not (3 or 4) || line[..space].IndexOfAnyExceptInRange((byte)'0', (byte)'7') >= 0)
            return null;
        var name = HeaderText.Decode(line[space..]);
        var position = begin + lineEnd + 1;
        var count = 0;
        Span<byte> scratch = stackalloc byte[64];
        while (position < end)
        {
            span = Line(window, position, end, LongestLine);
            lineEnd = span[..Math.Min(span.Length, LongestLine)].IndexOf((byte)'\n');
            line = (lineEnd < 0 ? span[..Math.Min(span.Length, LongestLine)] : span[..lineEnd]).TrimEnd("\r"u8);
            var next = lineEnd < 0 ? end : position + lineEnd + 1;
            if (line.TrimEnd((byte)' ').SequenceEqual("end"u8))
                return count > 0 ? new UuBlock(begin, next, name) : null;
            var written = 0;
            if (line.Length is 0 or > 90 || !UuDecoder.TryDecodeLine(line, scratch, ref written)
                || line.Length > ((written + 2) / 3 * 4) + 4)
                return null;
            count++;
            position = next;
        }
        return null;
    }

    private static ReadOnlySpan<byte> Line(SourceWindow window, long position, long end, int minimum)
    {
        var span = window.From(position, minimum);
        return span.Length > end - position ? span[..(int)(end - position)] : span;
    }
}
