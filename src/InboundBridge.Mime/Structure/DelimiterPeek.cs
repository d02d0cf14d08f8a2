using System.Text;
using InboundBridge.Mime.Encodings;
using InboundBridge.Mime.Reading;

namespace InboundBridge.Mime.Structure;

/// <summary>Looks at the beginning of a body to check what its header declares.</summary>
internal static class DelimiterPeek
{
    /// <summary>Octets of the body to look at.</summary>
    private const int Reach = 16 * 1024;

    private const int ShortestLine = 4;

    private static ReadOnlySpan<byte> FieldMark => "Content-"u8;

    /// <summary>Longer than any word of a preamble.</summary>
    private const int CertainLine = 40;

    /// <summary>True where a line begins with the delimiter of that boundary.</summary>
    public static bool Has(SourceWindow window, long bodyOffset, ReadOnlySpan<byte> boundary) =>
        Find(Body(window, bodyOffset), boundary) >= 0;

    public static bool Has(SourceWindow window, long bodyOffset, string boundary) =>
        Has(window, bodyOffset, Encoding.UTF8.GetBytes(boundary.TrimEnd(' ', '\t')));

    /// <summary>
    /// True where a part's field (Content-…) follows the first delimiter of that boundary, and another delimiter comes later: the words of
    /// a preamble have neither.
    /// </summary>
    public static bool SeparatesParts(SourceWindow window, long bodyOffset, ReadOnlySpan<byte> boundary)
    {
        var body = Body(window, bodyOffset);
        var delimiter = Find(body, boundary);
        if (delimiter < 0)
            return false;
        var behind = body[delimiter..];
        behind = behind[(behind.IndexOf((byte)'\n') + 1)..];
        return behind.Length > FieldMark.Length && Ascii.EqualsIgnoreCase(behind[..FieldMark.Length], FieldMark)
            && Find(behind, boundary) >= 0;
    }

    /// <summary>True where the first line is certainly base64.</summary>
    public static bool IsBase64(SourceWindow window, long bodyOffset) => FirstLineOfBase64(Body(window, bodyOffset)) >= CertainLine;

    /// <summary>
    /// RFC 2045 §6.4 forbids base64 and quoted-printable on a multipart. Some senders encode the whole multipart anyway, others only
    /// declare it: true where the body really is encoded.
    /// </summary>
    public static bool IsEncoded(SourceWindow window, MimePart part, ReadOnlySpan<byte> boundary)
    {
        var body = Body(window, part.BodyOffset);
        var delimiter = Find(body, boundary);
        switch (part.TransferEncoding)
        {
            case "base64":
                // The enclosing multipart may have the same delimiter, and a preamble may be a single word.
                return FirstLineOfBase64(body) is var length && length >= (delimiter < 0 ? ShortestLine : CertainLine);
            case "quoted-printable" when delimiter >= 0:
                // The fields after the delimiter are plain, or their "=" is encoded.
                var header = body[delimiter..];
                var end = header.IndexOf("\n\r\n"u8) is >= 0 and var empty ? empty : header.IndexOf("\n\n"u8);
                header = end < 0 ? header : header[..end];
                return header.IndexOf("=3D"u8) >= 0 || header.IndexOf("=3d"u8) >= 0 || header.IndexOf("=\r\n"u8) >= 0
                    || header.IndexOf("=\n"u8) >= 0;
            case "quoted-printable":
                return body.IndexOf((byte)'=') >= 0;
            default:
                return false;
        }
    }

    /// <summary>
    /// True where the first line consists of words, which base64 never does: base64 has white space only between whole groups of four.
    /// </summary>
    public static bool IsPlainText(SourceWindow window, long bodyOffset)
    {
        var body = Body(window, bodyOffset).TrimStart(" \t\r\n"u8);
        var end = body.IndexOfAny((byte)'\r', (byte)'\n');
        var line = (end < 0 ? body : body[..end]).TrimEnd(" \t"u8);
        while (line.IndexOf((byte)' ') is > 0 and var space)
        {
            if (space % 4 != 0 || !IsBase64(line[..space].TrimEnd((byte)'=')))
                return true;
            line = line[space..].TrimStart((byte)' ');
        }
        return false;
    }

    private static ReadOnlySpan<byte> Body(SourceWindow window, long offset)
    {
        var body = window.From(offset, Reach);
        return body[..Math.Min(body.Length, Reach)];
    }

    private static int Find(ReadOnlySpan<byte> body, ReadOnlySpan<byte> boundary)
    {
        for (var start = 0; start < body.Length;)
        {
            var line = body[start..];
            if (line.StartsWith("--"u8) && line[2..].StartsWith(boundary))
                return start;
            var next = line.IndexOf("\n--"u8);
            if (next < 0)
                return -1;
            start += next + 1;
        }
        return -1;
    }

    private static int FirstLineOfBase64(ReadOnlySpan<byte> body)
    {
        body = body.TrimStart(" \t\r\n"u8);
        var end = body.IndexOfAny((byte)'\r', (byte)'\n');
        var line = (end < 0 ? body : body[..end]).TrimEnd(" \t="u8);
        return IsBase64(line) ? line.Length : 0;
    }

    private static bool IsBase64(ReadOnlySpan<byte> text)
    {
        foreach (var octet in text)
        {
            if (Base64Decoder.Value((char)octet) < 0)
                return false;
        }
        return true;
    }
}
