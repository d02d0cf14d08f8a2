using System.Text;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>
/// Leaves out what mail programs mark as quoted: <c>blockquote</c>, and the elements in which Gmail, Yahoo, Proton, Thunderbird and
/// Outlook put the mail that is answered. One pass over the text, for any text.
/// </summary>
internal static class QuotedHtml
{
    private const int LongestAttribution = 400;

    private static readonly string[] Elements = ["gmail_quote", "yahoo_quoted", "protonmail_quote", "moz-cite-prefix"];

    /// <summary>Outlook marks where the quoted part begins; it goes on to the end.</summary>
    private static readonly string[] Beginnings = ["appendonsend", "divRplyFwdMsg", "stopSpelling", "OutlookMessageHeader"];

    public static string Without(string html)
    {
        var kept = new StringBuilder(html.Length);
        for (var at = 0; at < html.Length;)
        {
            var tag = html.IndexOf('<', at);
            if (tag < 0)
                return kept.Append(html, at, html.Length - at).ToString();
            kept.Append(html, at, tag - at);
            var end = EndOfTag(html, tag);
            var content = html.AsSpan(tag, end - tag);
            if (IsAny(content, Beginnings))
                return kept.ToString();
            if (IsQuote(content) && !IsForwarded(html, end))
            {
                at = EndOfElement(html, tag);
            }
            else
            {
                kept.Append(content);
                at = end;
            }
        }
        return kept.ToString();
    }

    /// <summary>Behind the <c>&gt;</c>, or behind a comment; the end of the text where nothing ends it.</summary>
    private static int EndOfTag(string html, int tag)
    {
        var isComment = html.AsSpan(tag).StartsWith("<!--");
        var end = isComment ? html.IndexOf("-->", tag, StringComparison.Ordinal) : html.IndexOf('>', tag);
        return end < 0 ? html.Length : end + (isComment ? 3 : 1);
    }

    /// <summary>Behind the closing tag of the element that begins here, elements of the same name within it counted.</summary>
    private static int EndOfElement(string html, int tag)
    {
        var name = Name(html.AsSpan(tag + 1));
        var depth = 0;
        for (var at = tag; at >= 0; at = html.IndexOf('<', at))
        {
            var end = EndOfTag(html, at);
            var content = html.AsSpan(at, end - at);
            if (IsOpening(content, name))
                depth++;
            else if (content.StartsWith("</") && Name(content[2..]).Equals(name, StringComparison.OrdinalIgnoreCase) && --depth == 0)
                return end;
            at = end;
            if (at >= html.Length)
                break;
        }
        return html.Length;
    }

    private static bool IsQuote(ReadOnlySpan<char> tag) =>
        IsOpening(tag, "blockquote") || ((IsOpening(tag, "div") || IsOpening(tag, "span")) && IsAny(tag, Elements));

    private static bool IsOpening(ReadOnlySpan<char> tag, ReadOnlySpan<char> name) =>
        tag.Length > 1 && Name(tag[1..]).Equals(name, StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> Name(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && char.IsAsciiLetterOrDigit(text[length]))
            length++;
        return text[..length];
    }

    /// <summary>A class or an id; the text of a mail is not within a tag.</summary>
    private static bool IsAny(ReadOnlySpan<char> tag, string[] words)
    {
        foreach (var word in words)
        {
            if (tag.Contains(word, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    /// <summary>Gmail puts a forwarded mail into the same element; that is no quote but what the sender wants to show.</summary>
    private static bool IsForwarded(string html, int at) =>
        html.AsSpan(at, Math.Min(LongestAttribution, html.Length - at)).Contains("Forwarded message", StringComparison.OrdinalIgnoreCase);
}
