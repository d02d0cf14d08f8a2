using System.Globalization;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace InboundBridge.Http.Answers;

/// <summary>
/// Answers with octets that strangers sent. Browsers always save and never show them, because a page or script in them would run with our
/// origin. They are never sniffed, and never cached on the way.
/// </summary>
internal static class Download
{
    /// <summary>Characters; file systems have 255 octets.</summary>
    private const int LongestName = 120;

    /// <param name="length">Octets; null if unknown before reading.</param>
    /// <param name="name">The name in the mail; if it is null or not usable, <paramref name="otherwise"/> is used.</param>
    public static IResult Of(HttpContext context, Stream content, string type, long? length, string? name, string otherwise)
    {
        var headers = context.Response.Headers;
        var disposition = new ContentDispositionHeaderValue("attachment");
        // RFC 6266: an ASCII name for old programs, and beside it the name itself, percent-encoded (RFC 8187).
        disposition.SetHttpFileName(SafeName(name) ?? otherwise);
        headers.ContentDisposition = disposition.ToString();
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "private, no-store";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        if (!HeadRequest.Is(context))
        {
            context.Response.ContentLength = length;
            return Results.Stream(content, type);
        }
        content.Dispose();
        context.Response.ContentType = type;
        context.Response.ContentLength = length;
        return Results.Empty;
    }

    /// <summary>
    /// A file name without path, control characters and bidirectional overrides, which could control a terminal or disguise the extension;
    /// null if nothing is left.
    /// </summary>
    internal static string? SafeName(string? name)
    {
        if (name is null)
            return null;
        var safe = new StringBuilder(Math.Min(name.Length, LongestName));
        foreach (var rune in name.EnumerateRunes())
        {
            if (safe.Length + rune.Utf16SequenceLength > LongestName)
                break;
            var isOdd = Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate;
            if (isOdd || rune.Value is '/' or '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|')
                safe.Append('_');
            else
                safe.Append(rune.ToString());
        }
        var text = safe.ToString().Trim(' ', '.');
        return text.Length == 0 ? null : text;
    }
}
