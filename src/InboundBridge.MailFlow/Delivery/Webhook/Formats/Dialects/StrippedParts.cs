using System.Net;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>What vendors call stripped: the parts of a reply without what it quotes, and its signature.</summary>
internal static class StrippedParts
{
    /// <summary>The new part of a reply; null where nothing is quoted, which is how Postmark and CloudMailin tell a reply.</summary>
    public static ReadOnlyMemory<char>? Reply(MimeMessage mime) =>
        mime.Reply is { } reply && reply.Span.Trim().Length < mime.Text.AsSpan().Trim().Length ? reply : (ReadOnlyMemory<char>?)null;

    /// <summary>HTML without its quoted elements. Where a mail has no HTML, Mailgun makes a paragraph of the text.</summary>
    public static string Html(MimeMessage mime)
    {
        if (mime.Html is { } html)
            return QuotedHtml.Without(html);
        return mime.ReplyText is { Length: > 0 } reply ? $"<p>{WebUtility.HtmlEncode(reply)}</p>" : string.Empty;
    }

    /// <summary>The lines from <c>--</c> to the next empty one, directly below the new part of a reply; else empty.</summary>
    public static string Signature(MimeMessage mime)
    {
        var text = mime.Text.AsSpan().Trim();
        var reply = (mime.Reply ?? default).Span.Trim();
        if (!text.StartsWith(reply))
            return string.Empty;
        var rest = text[reply.Length..].TrimStart();
        if (!rest.StartsWith("--\n") && !rest.StartsWith("-- \n"))
            return string.Empty;
        var end = rest.IndexOf("\n\n");
        return (end < 0 ? rest : rest[..end]).ToString();
    }
}
