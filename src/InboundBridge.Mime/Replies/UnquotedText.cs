using System.Buffers;
using System.Text;

namespace InboundBridge.Mime.Replies;

/// <summary>
/// <see cref="NewText"/> for UTF-8 text in which the author wrote every line. It recognises only these texts: where a
/// line looks like the beginning of a quote, an attribution or a signature, or holds something that
/// <see cref="NewText"/> would tidy up, the caller uses that instead.
/// </summary>
internal static class UnquotedText
{
    /// <summary>Octets that end a line or a label, and the first octet of the full-width colon.</summary>
    private static readonly SearchValues<byte> Stops = SearchValues.Create([(byte)'\n', (byte)'\r', (byte)':', WideColon[0]]);

    private static ReadOnlySpan<byte> WideColon => "："u8;

    private static ReadOnlySpan<byte> WhiteSpace => "\t\n\v\f\r "u8;

    /// <param name="text">Valid UTF-8, its lines ended by LF or CRLF.</param>
    /// <param name="reply">All of it but the white space at its ends.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> reply)
    {
        reply = text.Trim(WhiteSpace);
        return text.Length <= NewText.LongestReply && HasPlainLines(reply) && !EndsWithDevice(reply);
    }

    private static bool HasPlainLines(ReadOnlySpan<byte> text)
    {
        var (start, isBelowEmpty) = (0, false);
        for (var at = 0; text[at..].IndexOfAny(Stops) is >= 0 and var length;)
        {
            at += length;
            var line = text[start..at];
            if (text[at] is (byte)'\r' or (byte)'\n')
            {
                if (text[at] == '\r' && text[++at] != '\n')
                    return false;
                if (line.IsEmpty ? isBelowEmpty : !IsPlain(line))
                    return false;
                (start, isBelowEmpty) = (at + 1, line.IsEmpty);
            }
            else if (text[at] == ':' ? IsLabel(text[start..(at + 1)], text[(at + 1)..]) : text[at..].StartsWith(WideColon))
            {
                return false;
            }
            at++;
        }
        return start == text.Length || IsPlain(text[start..]);
    }

    private static bool IsLabel(ReadOnlySpan<byte> label, ReadOnlySpan<byte> behind) =>
        HeaderLabels.IsFrom(label.TrimStart(WhiteSpace)) || HeaderLabels.IsSender(label, behind);

    /// <summary>
    /// True where the line begins with no mark of a quote, separator or signature, and ends with neither a colon nor white space.
    /// </summary>
    private static bool IsPlain(ReadOnlySpan<byte> line)
    {
        if (line[^1] == ':' || IsWhite(line[^1]) || (line[^1] > 0x7F && IsWhiteAtEnd(line)))
            return false;
        var first = line[0] > ' ' ? line : line.TrimStart(WhiteSpace);
        return first[0] is not ((byte)'>' or (byte)'-' or (byte)'_' or (byte)'*' or (byte)'=' or (byte)'|') && (first[0] <= 0x7F
            || IsPlainWide(first));
    }

    private static bool IsWhite(byte octet) => octet is <= (byte)' ' && WhiteSpace.Contains(octet);

    private static bool IsWhiteAtEnd(ReadOnlySpan<byte> line)
    {
        Rune.DecodeLastFromUtf8(line, out var last, out _);
        // A direction mark may follow the colon.
        return Rune.IsWhiteSpace(last) || last.Value is >= 0x200E and <= 0x2069;
    }

    private static bool IsPlainWide(ReadOnlySpan<byte> line)
    {
        Rune.DecodeFromUtf8(line, out var first, out _);
        return !Rune.IsWhiteSpace(first) && first.Value is not (0x2013 or 0x2014);
    }

    private static bool EndsWithDevice(ReadOnlySpan<byte> text)
    {
        for (var seen = 0; seen <= Signature.NearEnd && !text.IsEmpty;)
        {
            var start = text.LastIndexOf((byte)'\n') + 1;
            var line = text[start..].Trim(WhiteSpace);
            text = text[..Math.Max(start - 1, 0)];
            if (line.IsEmpty)
                continue;
            if (DeviceLine.Is(line))
                return true;
            seen++;
        }
        return false;
    }
}
