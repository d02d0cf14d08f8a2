using InboundBridge.Mime.Headers;
using InboundBridge.Mime.Reading;

namespace InboundBridge.Mime.Structure;

/// <summary>What a part's header declares about its body.</summary>
internal static class PartHeader
{
    /// <summary>Content-Type fields of one header that are read.</summary>
    private const int MostTypes = 10;

    public static string TransferEncoding(HeaderBlock header, ProblemList problems)
    {
        if (header.Find("Content-Transfer-Encoding") is var index && index < 0)
            return "7bit";
        var name = EncodingName(HeaderText.Unfold(header.RawValue(index), header));
        while (!IsKnown(name) && (index = header.Find("Content-Transfer-Encoding", index + 1)) >= 0)
        {
            if (EncodingName(HeaderText.Unfold(header.RawValue(index), header)) is var next && IsKnown(next))
                name = next;
        }
        if (name.Length == 0)
            return "7bit";
        if (!IsKnown(name))
            problems.Add("unknown Content-Transfer-Encoding; the content was left as it is");
        return name;
    }

    /// <summary>True where one of several Content-Type fields says multipart; the body shows which field is right.</summary>
    public static bool AnyFieldSaysBase64(HeaderBlock header)
    {
        var index = header.Find("Content-Transfer-Encoding");
        while (index >= 0 && (index = header.Find("Content-Transfer-Encoding", index + 1)) >= 0)
        {
            if (EncodingName(HeaderText.Unfold(header.RawValue(index), header)) == "base64")
                return true;
        }
        return false;
    }

    private static bool IsKnown(string name) => name is "7bit" or "8bit" or "binary" or "base64" or "quoted-printable"
        or "x-uuencode" or "uuencode" or "x-uue" or "uue";

    private static string EncodingName(string text)
    {
        var name = CommentText.Remove(text).Split(';', ',')[0].Trim(' ', '\t', '"', '\'', '.', ':').ToLowerInvariant();
        return name switch
        {
            "quoted_printable" or "quotedprintable" or "quoted printable" or "quoted-printible" or "quote-printable"
                or "quoted-print" or "q" => "quoted-printable",
            "base-64" or "base 64" or "base_64" or "b" or "b64" => "base64",
            "8-bit" or "8 bit" or "8bits" => "8bit",
            "7-bit" or "7 bit" or "7bits" => "7bit",
            _ => name,
        };
    }

    public static (string? Kind, string? FileName) Disposition(HeaderBlock header, ProblemList problems)
    {
        var text = header.FirstUnfolded("Content-Disposition");
        if (text is null)
            return (null, null);
        var end = text.AsSpan().IndexOfAny("; \t(,");
        var kind = (end < 0 ? text : text[..end]).Trim().Trim('"').ToLowerInvariant();
        var parameters = kind.Contains('=', StringComparison.Ordinal)
            ? ParameterList.Parse(text, problems) : end < 0 ? null : ParameterList.Parse(text.AsSpan(end), problems);
        // RFC 2183 §2.8: an unknown disposition is to be treated as attachment.
        var known = kind is "inline" ? "inline" : kind.Length == 0 || kind.Contains('=', StringComparison.Ordinal) ? null : "attachment";
        return (known, parameters?.GetValueOrDefault("filename") ?? parameters?.GetValueOrDefault("name"));
    }

    /// <summary>The type of a part without a usable Content-Type depends on what it is part of (RFC 2046 §5.1.5).</summary>
    /// <param name="window">Gives the beginning of the body, which shows which of several fields is right.</param>
    public static ContentType Type(HeaderBlock header, ContentType fallback, SourceWindow window, ProblemList problems)
    {
        var index = header.Find("Content-Type");
        if (index < 0)
            return fallback;
        var next = header.Find("Content-Type", index + 1);
        if (next < 0)
            return ContentType.Parse(HeaderText.Unfold(header.RawValue(index), header), problems) ?? fallback;
        problems.Add("more than one Content-Type field");
        ContentType? first = null;
        ContentType? leaf = null;
        for (var count = 0; index >= 0 && count < MostTypes; count++, index = header.Find("Content-Type", index + 1))
        {
            if (HeaderText.Unfold(header.RawValue(index), header) is not { Length: > 0 } text
                || ContentType.Parse(text, problems) is not { } type)
                continue;
            // The first field counts, as in other readers, unless it says multipart and its boundary is not in the body.
            var isHere = !type.IsMultipart || (type.Parameter("boundary") is { Length: > 0 } boundary
                && DelimiterPeek.Has(window, header.BodyOffset, boundary));
            if (isHere && (type.IsMultipart || first is null))
                return type;
            first ??= type;
            leaf ??= type.IsMultipart ? null : type;
        }
        return leaf ?? first ?? fallback;
    }
}
