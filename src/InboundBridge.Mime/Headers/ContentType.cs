using System.Buffers;

namespace InboundBridge.Mime.Headers;

/// <summary>A Content-Type field (RFC 2045 §5).</summary>
/// <param name="Type">Lower case, such as <c>text</c>.</param>
/// <param name="Subtype">Lower case, such as <c>plain</c>.</param>
/// <param name="Parameters">By lower case name, decoded.</param>
public sealed record ContentType(string Type, string Subtype, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>Some senders write a comma or a colon instead of a semicolon.</summary>
    private static readonly SearchValues<char> MediaEnds = SearchValues.Create("; \t(,:");

    private const string FieldName = "Content-Type:";

    private static readonly IReadOnlyDictionary<string, string> None = System.Collections.Frozen.FrozenDictionary<string, string>.Empty;

    internal static ContentType PlainText { get; } = new("text", "plain", None);

    internal static ContentType EmbeddedMessage { get; } = new("message", "rfc822", None);

    internal static ContentType Unread { get; } = new("application", "octet-stream", None);

    /// <summary><c>type/subtype</c>.</summary>
    public string MediaType => field ??= $"{Type}/{Subtype}";

    public bool IsMultipart => Type == "multipart";

    public bool IsText => Type == "text";

    public string? Parameter(string name) => Parameters.GetValueOrDefault(name);

    public bool Is(string type, string subtype) => Type == type && Subtype == subtype;

    /// <summary>Null where the text names no type.</summary>
    internal static ContentType? Parse(string text, ProblemList? problems)
    {
        var rest = text.AsSpan().Trim(" \t");
        if (rest is ['"', ..])
            rest = rest.Trim(" \t\"");
        // Some senders repeat the field's name.
        if (rest.StartsWith(FieldName, StringComparison.OrdinalIgnoreCase))
            rest = rest[FieldName.Length..].TrimStart(" \t\"");
        while (!rest.IsEmpty && rest[0] == '(')
            rest = rest[CommentText.Length(rest)..].TrimStart(" \t");
        var end = rest.IndexOfAny(MediaEnds);
        var slash = rest.IndexOf('/');
        // "text / plain"
        if (slash > 0 && end > 0 && end <= slash + 1 && rest[..slash].IndexOf(';') < 0)
        {
            var behind = rest[(slash + 1)..].TrimStart(" \t");
            var skipped = rest.Length - behind.Length;
            end = behind.IndexOfAny(MediaEnds);
            end = end < 0 ? -1 : end + skipped;
        }
        var media = end < 0 ? rest : rest[..end];
        var parameters = end < 0 ? None : ParameterList.Parse(rest[end..], problems);
        slash = media.IndexOfAny('/', '\\');
        if (media.Equals("html", StringComparison.OrdinalIgnoreCase) || media.Equals("plain", StringComparison.OrdinalIgnoreCase))
        {
            problems?.Add("a Content-Type names no type");
            return new ContentType("text", media.ToString().ToLowerInvariant(), parameters);
        }
        var type = (slash < 0 ? media : media[..slash]).Trim(" \t").ToString().ToLowerInvariant();
        var subtype = slash < 0 ? "" : media[(slash + 1)..].Trim(" \t\"").ToString().ToLowerInvariant();
        if (type.Length == 0 || (subtype.Length == 0 && !IsKnown(type)) || type.Contains('=', StringComparison.Ordinal))
        {
            problems?.Add("a Content-Type names no type");
            // RFC 2045 §5.2 makes it text, but a part with a file name is a file.
            return parameters.ContainsKey("name") ? new ContentType("application", "octet-stream", parameters) : null;
        }
        if (subtype.Length == 0)
        {
            problems?.Add("a Content-Type names no subtype");
            subtype = type == "text" ? "plain" : type == "multipart" ? "mixed" : "octet-stream";
        }
        return new ContentType(type, subtype, parameters);
    }

    private static bool IsKnown(string type) => type is "text" or "multipart" or "application" or "image" or "audio" or "video";
}
