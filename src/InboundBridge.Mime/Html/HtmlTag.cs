using System.Buffers;
using System.Net;

namespace InboundBridge.Mime.Html;

/// <summary>One tag, from "&lt;" to "&gt;".</summary>
internal readonly ref struct HtmlTag
{
    private static readonly SearchValues<char> NameEnds = SearchValues.Create("= \t\r\n/");

    private readonly ReadOnlySpan<char> _attributes;

    public HtmlTag(ReadOnlySpan<char> text)
    {
        IsEnd = text.Length > 1 && text[1] == '/';
        var rest = text[(IsEnd ? 2 : 1)..].TrimEnd('>');
        var length = 0;
        while (length < rest.Length && length < 20 && (char.IsAsciiLetterOrDigit(rest[length]) || rest[length] is ':' or '-'))
            length++;
        Name = HtmlNames.Of(rest[..length]);
        _attributes = rest[length..];
    }

    public bool IsEnd { get; }

    /// <summary>Lower case.</summary>
    public string Name { get; }

    /// <summary>Not shown to the reader: <c>hidden</c>, or a style that hides or shrinks it to nothing.</summary>
    public bool IsHidden
    {
        get
        {
            if (_attributes.IsEmpty)
                return false;
            if (Attribute("hidden") is not null)
                return true;
            if (Attribute("style") is not { } style)
                return false;
            var compact = style.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
            return compact.Contains("display:none", StringComparison.Ordinal)
                || compact.Contains("visibility:hidden", StringComparison.Ordinal)
                || compact.Contains("mso-hide:all", StringComparison.Ordinal) || IsZero(compact, "font-size:0")
                || IsZero(compact, "opacity:0");
        }
    }

    /// <summary>Decoded value; empty where the attribute has none, null where it is absent.</summary>
    public string? Attribute(string name)
    {
        var rest = _attributes;
        while (true)
        {
            rest = rest.TrimStart(" \t\r\n/\f");
            if (rest.IsEmpty)
                return null;
            var end = rest.IndexOfAny(NameEnds);
            end = end < 0 ? rest.Length : Math.Max(end, 1);
            var found = rest[..end].Equals(name, StringComparison.OrdinalIgnoreCase);
            rest = rest[end..].TrimStart(" \t\r\n");
            ReadOnlySpan<char> value = [];
            if (!rest.IsEmpty && rest[0] == '=')
            {
                rest = rest[1..].TrimStart(" \t\r\n");
                value = Value(ref rest);
            }
            if (found)
                return WebUtility.HtmlDecode(value.ToString());
        }
    }

    private static ReadOnlySpan<char> Value(scoped ref ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty)
            return [];
        var quoted = rest[0] is '"' or '\'';
        var text = quoted ? rest[1..] : rest;
        var end = quoted ? text.IndexOf(rest[0]) : text.IndexOfAny(" \t\r\n");
        var value = end < 0 ? text : text[..end];
        rest = end < 0 ? [] : text[(end + (quoted ? 1 : 0))..];
        return value;
    }

    /// <summary>"font-size:0px", not "font-size:0.9em".</summary>
    private static bool IsZero(string style, string property)
    {
        var index = style.IndexOf(property, StringComparison.Ordinal);
        if (index < 0)
            return false;
        index += property.Length;
        return index >= style.Length || style[index] is not ('.' or ',') && !char.IsAsciiDigit(style[index]);
    }
}
