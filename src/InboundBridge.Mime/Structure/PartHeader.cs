using InboundBridge.Mime.Headers;

namespace InboundBridge.Mime.Structure;

/// <summary>What a part's header says about its body.</summary>
internal static class PartHeader
{
    public static string TransferEncoding(HeaderBlock header, ProblemList problems)
    {
        var text = header.Unfolded("Content-Transfer-Encoding");
        if (text is null)
            return "7bit";
        var name = CommentText.Remove(text).Split(';')[0].Trim(' ', '\t', '"', '\'', '.', ':').ToLowerInvariant();
        name = name switch
        {
            "quoted_printable" or "quotedprintable" or "quoted-printible" or "q" => "quoted-printable",
            "base-64" or "b" or "base64," => "base64",
            "8-bit" or "8 bit" => "8bit",
            "7-bit" or "7 bit" => "7bit",
            _ => name,
        };
        if (name is not ("7bit" or "8bit" or "binary" or "base64" or "quoted-printable" or "x-uuencode" or "uuencode" or "x-uue" or "uue"))
            problems.Add("unknown Content-Transfer-Encoding; the content was left as it is");
        return name;
    }

    public static (string? Kind, string? FileName) Disposition(HeaderBlock header, ProblemList problems)
    {
        var text = header.Unfolded("Content-Disposition");
        if (text is null)
            return (null, null);
        var end = text.AsSpan().IndexOfAny("; \t(");
        var kind = (end < 0 ? text : text[..end]).Trim().Trim('"').ToLowerInvariant();
        var parameters = kind.Contains('=', StringComparison.Ordinal) ? ParameterList.Parse(text, problems) : end < 0 ? null : ParameterList.Parse(text.AsSpan(end), problems);
        // RFC 2183 §2.8: an unknown disposition is to be treated as attachment.
        var known = kind is "inline" ? "inline" : kind.Length == 0 || kind.Contains('=', StringComparison.Ordinal) ? null : "attachment";
        return (known, parameters?.GetValueOrDefault("filename") ?? parameters?.GetValueOrDefault("name"));
    }

    /// <summary>The type of a part without a usable Content-Type depends on what it is part of (RFC 2046 §5.1.5).</summary>
    public static ContentType Type(HeaderBlock header, ContentType fallback, ProblemList problems) =>
        header.Unfolded("Content-Type") is { } text ? ContentType.Parse(text, problems) ?? fallback : fallback;
}
