using System.Buffers;

namespace InboundBridge.Mime.Html;

/// <summary>How far a quote reaches that a mail program marked with an element.</summary>
internal enum HtmlQuoteReach
{
    None,

    /// <summary>The element itself.</summary>
    Element,

    /// <summary>To the end of the first quote inside the element: people answer below it.</summary>
    ToQuoteEnd,

    /// <summary>From the element to the end of the mail.</summary>
    Rest,
}

/// <summary>The elements with which mail programs mark the answered mail, in any language.</summary>
internal static class HtmlQuoteMark
{
    /// <summary>The first label must come within this many characters after Outlook's line.</summary>
    private const int LabelReach = 600;

    private static readonly SearchValues<string> Any = SearchValues.Create(
        [
            "gmail_quote", "gmail_attr", "gmail_extra", "divRplyFwdMsg", "appendonsend", "stopSpelling", "zwchr", "OutlookMessageHeader",
            "OLK_SRC_BODY_SECTION", "reference-message", "isReplyContent", "isForwardContent", "yahoo_quoted",
            "name=\"quote\"", "name='quote'", "name=quote", "zmail_extra", "protonmail_quote", "moz-cite-prefix", "moz-forward-container",
            "moz-email-headers-table", "reply-intro", "replyintro", "messageReplySection", "AppleOriginalContents",
            "bloop_original_html", "missive_quote", "cm_replymail", "mailmaster-quote", "mail-quote-collapse", "fairemail_quote",
            "includetail", "border-top", "tutanota_quote", "sh-quoted-content", "replied_mail", "front-blockquote",
        ],
        StringComparison.OrdinalIgnoreCase);

    public static bool IsIn(ReadOnlySpan<char> html) => html.ContainsAny(Any);

    /// <param name="behind">The text after the tag.</param>
    public static HtmlQuoteReach Of(HtmlTag tag, ReadOnlySpan<char> behind)
    {
        if (tag.IsEnd || tag.Name == "blockquote")
            return HtmlQuoteReach.None;
        if (tag.Name == "includetail")
            return HtmlQuoteReach.Element;
        var reach = HtmlQuoteReach.None;
        foreach (var attribute in (ReadOnlySpan<string>)["id", "class", "name"])
        {
            foreach (var word in (tag.Attribute(attribute) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                reach = reach == HtmlQuoteReach.None ? OfWord(attribute, word) : reach;
        }
        return reach == HtmlQuoteReach.None && tag.Name is "div" or "td" && IsOutlookLine(tag, behind) ? HtmlQuoteReach.Rest : reach;
    }

    private static HtmlQuoteReach OfWord(string attribute, string word) => Own(word) switch
    {
        "divRplyFwdMsg" or "appendonsend" or "stopSpelling" or "zwchr" or "OutlookMessageHeader" => HtmlQuoteReach.Rest,
        "gmail_quote" or "gmail_quote_container" or "gmail_extra" or "protonmail_quote" or "messageReplySection"
            or "mail-quote-collapse" or "fairemail_quote" or "tutanota_quote" => HtmlQuoteReach.ToQuoteEnd,
        "gmail_attr" or "moz-cite-prefix" or "moz-email-headers-table" or "reply-intro" or "replyintro" => HtmlQuoteReach.Element,
        "zmail_extra" or "isReplyContent" or "isForwardContent" or "OLK_SRC_BODY_SECTION" or "AppleOriginalContents"
            or "bloop_original_html" or "missive_quote" or "mail-editor-reference-message-container"
            or "ms-outlook-mobile-reference-message" or "cm_replymail_content_wrap" or "ntes-mailmaster-quote"
                or "moz-forward-container" or "sh-quoted-content" or "replied_mail" or "front-blockquote" => HtmlQuoteReach.Element,
        "quote" when attribute == "name" => HtmlQuoteReach.Element,
        // Yahoo adds letters of its own before the class and digits after the id.
        _ when word.EndsWith("yahoo_quoted", StringComparison.Ordinal)
            || word.StartsWith("yahoo_quoted", StringComparison.Ordinal) => HtmlQuoteReach.Element,
        _ => HtmlQuoteReach.None,
    };

    /// <summary>Exchange puts "x_" before the names in a mail that it copies, once for each copy.</summary>
    private static string Own(string word)
    {
        var start = 0;
        while (word.AsSpan(start).StartsWith("x_"))
            start += 2;
        return start == 0 ? word : word[start..];
    }

    /// <summary>The line that Word draws above the copied header. A bold label must follow, since people draw lines as well.</summary>
    private static bool IsOutlookLine(HtmlTag tag, ReadOnlySpan<char> behind)
    {
        if (tag.Attribute("style") is not { } style || !style.Contains("border-top", StringComparison.OrdinalIgnoreCase))
            return false;
        var compact = style.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        if (!compact.Contains("solid", StringComparison.Ordinal) || !(compact.Contains("padding:3.0pt0", StringComparison.Ordinal)
            || compact.Contains("padding:3pt0", StringComparison.Ordinal)))
            return false;
        behind = behind[..Math.Min(behind.Length, LabelReach)];
        return behind.Contains("<b>", StringComparison.OrdinalIgnoreCase)
            || behind.Contains("<strong>", StringComparison.OrdinalIgnoreCase)
            || behind.Contains("<b ", StringComparison.OrdinalIgnoreCase);
    }
}
