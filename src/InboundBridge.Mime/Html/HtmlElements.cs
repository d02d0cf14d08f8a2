using System.Collections.Frozen;

namespace InboundBridge.Mime.Html;

/// <summary>How elements are laid out where no style says otherwise.</summary>
internal static class HtmlElements
{
    private static readonly FrozenSet<string> Paragraphs = FrozenSet.ToFrozenSet(
        ["p", "h1", "h2", "h3", "h4", "h5", "h6", "dl", "table", "fieldset", "figure", "form"], StringComparer.Ordinal);

    private static readonly FrozenSet<string> Blocks = FrozenSet.ToFrozenSet(
        ["div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "aside", "nav", "main", "address", "center", "caption",
            "tbody", "thead", "tfoot",
            "body", "html", "head", "figcaption", "legend", "option", "details", "summary", "title"], StringComparer.Ordinal);

    private static readonly FrozenSet<string> Voids = FrozenSet.ToFrozenSet(
        ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"], StringComparer.Ordinal);

    /// <summary>Set off by an empty line.</summary>
    public static bool IsParagraph(string name) => Paragraphs.Contains(name);

    /// <summary>Begins and ends a line.</summary>
    public static bool IsBlock(string name) => Blocks.Contains(name);

    public static bool IsVoid(string name) => Voids.Contains(name);
}
