namespace InboundBridge.Mime.Html;

/// <summary>Element names in lower case without a new string for each tag.</summary>
internal static class HtmlNames
{
    private static readonly HashSet<string> Known = new(
        ["a", "b", "i", "u", "p", "td", "tr", "th", "br", "hr", "li", "ul", "ol", "em", "div", "img", "pre", "span", "font", "body", "html",
            "head", "meta", "link", "table",
            "tbody", "thead", "style", "script", "strong", "center", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "title"],
            StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup = Known.GetAlternateLookup<ReadOnlySpan<char>>();

    public static string Of(ReadOnlySpan<char> name) =>
        Lookup.TryGetValue(name, out var known) ? known : name.ToString().ToLowerInvariant();
}
