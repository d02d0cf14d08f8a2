using System.Globalization;
using System.Text.RegularExpressions;
using AngleSharp.Css.Dom;
using AngleSharp.Dom;

namespace InboundBridge.Ui.MailHtml;

/// <summary>
/// Keeps what a mail shows at its place in the frame: nothing of it lies over other content, or over our note above it, and nothing is so
/// large that the rest can't be found.
/// </summary>
internal static partial class ShownStyles
{
    /// <summary>Pixels; a wide report has 2000.</summary>
    private const double Largest = 4000;

    /// <summary>Cells that one cell may span. Browsers take minutes to lay out a table with many that span thousands.</summary>
    private const int LargestSpan = 200;

    /// <summary>Properties that move content out of its place, lay it over other content, or have no use in a still picture.</summary>
    public static readonly string[] Removed =
    [
        "all", "animation", "animation-delay", "animation-direction", "animation-duration", "animation-fill-mode",
        "animation-iteration-count", "animation-name", "animation-play-state", "animation-timing-function", "backface-visibility", "bottom",
        "clip", "clip-path", "column-count", "column-fill", "column-gap", "column-rule", "column-rule-color", "column-rule-style",
        "column-rule-width", "column-span", "column-width", "columns", "content", "counter-increment", "counter-reset", "cursor", "filter",
        "inset", "isolation", "left", "mask", "mask-clip", "mask-composite", "mask-image", "mask-mode", "mask-origin", "mask-position",
        "mask-repeat", "mask-size", "mask-type", "mix-blend-mode", "perspective", "perspective-origin", "pointer-events", "position",
        "resize", "right", "rotate", "scale", "scroll-behavior", "top", "transform", "transform-origin", "transform-style", "transition",
        "transition-delay", "transition-duration", "transition-property", "transition-timing-function", "translate", "user-select",
        "z-index", "zoom",
    ];

    private static readonly string[] Sizes = ["width", "height", "border", "cellpadding", "cellspacing", "hspace", "vspace", "size"];

    private static readonly string[] Spans = ["colspan", "span", "rowspan"];

    /// <summary>Removes from an element what is too large or lies elsewhere.</summary>
    public static void Restrict(IElement element)
    {
        foreach (var name in Sizes)
        {
            if (element.GetAttribute(name) is { } size && !IsFitting(size, Largest))
                element.RemoveAttribute(name);
        }
        foreach (var name in Spans)
        {
            if (element.GetAttribute(name) is { } span && !IsFitting(span, LargestSpan))
                element.RemoveAttribute(name);
        }
        if (!element.HasAttribute("style") || element.GetStyle() is not { } style)
            return;
        var names = style.Where(property => !IsFitting(property.Name, property.Value)).Select(property => property.Name).ToList();
        foreach (var name in names)
            style.RemoveProperty(name);
        if (string.IsNullOrEmpty(element.GetAttribute("style")))
            element.RemoveAttribute("style");
    }

    /// <summary>Whether a property with this value leaves content at its place.</summary>
    internal static bool IsFitting(string property, string value)
    {
        // The largest size and the roundness of a corner move nothing; neither does the place of a background.
        if (property.StartsWith("max-", StringComparison.Ordinal) || property.EndsWith("-radius", StringComparison.Ordinal)
            || property.StartsWith("background", StringComparison.Ordinal) || property.EndsWith("color", StringComparison.Ordinal)
            || property.StartsWith("font-family", StringComparison.Ordinal))
            return true;
        var isMoving = property.StartsWith("margin", StringComparison.Ordinal) || property == "text-indent";
        if (isMoving && value.Contains('-', StringComparison.Ordinal))
            return false;
        // A product of small numbers may be large.
        if (value.Contains('(', StringComparison.Ordinal) && value.AsSpan().ContainsAny('*', '/'))
            return false;
        foreach (var match in Number().EnumerateMatches(value))
        {
            if (!IsFitting(value.AsSpan(match.Index, match.Length), property == "line-height"))
                return false;
        }
        return true;
    }

    /// <param name="isFactor">A number without a unit is a multiple of the size of letters.</param>
    private static bool IsFitting(ReadOnlySpan<char> text, bool isFactor)
    {
        var end = text.LastIndexOfAnyInRange('0', '9') + 1;
        var unit = text[end..].Trim('.');
        if (!double.TryParse(text[..end], NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return false;
        Span<char> lower = stackalloc char[8];
        var pixels = unit.Length > lower.Length ? 1 : PixelsOf(lower[..unit.ToLowerInvariant(lower)], isFactor);
        return Math.Abs(number) * pixels <= Largest;
    }

    private static double PixelsOf(ReadOnlySpan<char> unit, bool isFactor) => unit switch
    {
        "" => isFactor ? 16 : 0,
        "px" => 1,
        "pt" => 1.34,
        "%" or "vw" or "vh" or "vmin" or "vmax" => 10,
        "in" => 96,
        "cm" => 38,
        "mm" or "q" => 4,
        // em, rem, ex, ch, pc and units that are new.
        _ => 16,
    };

    /// <summary>A number in an attribute: <c>600</c>, <c>100%</c>, <c>600px</c>.</summary>
    private static bool IsFitting(string size, double most)
    {
        var text = size.AsSpan().Trim().TrimStart('+');
        var length = text.IndexOfAnyExceptInRange('0', '9');
        var digits = length < 0 ? text : text[..length];
        return digits.Length is > 0 and < 9 && double.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture) <= most;
    }

    [GeneratedRegex(
        @"[0-9.]+(?:e[+-]?[0-9]+)?(?:%|[a-z]+)?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
