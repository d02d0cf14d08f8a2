using System.Net;

namespace InboundBridge.Mime.Html;

/// <summary>
/// Turns HTML into readable text: what a person would see, with paragraphs, lists, quotes and link targets. One pass, no tree; hidden
/// elements are left out.
/// </summary>
internal ref struct HtmlText
{
    /// <summary>Characters of a target in which the link's own text is looked for. A mail may bring megabytes of both.</summary>
    private const int LongestCompared = 4096;

    private readonly ReadOnlySpan<char> _html;
    private readonly TextLayout _layout;
    private readonly List<LinkStart> _links = [];
    private int _position;
    private string? _hiddenBy;
    private int _hiddenDepth;
    private bool _quotesNeverClose;
    private HtmlQuoteTracker _quote;
    private readonly bool _marksAnswered;

    private HtmlText(ReadOnlySpan<char> html, int most, bool marksAnswered)
    {
        _html = html;
        _layout = new TextLayout(most);
        _marksAnswered = marksAnswered;
    }

    public static string Of(string html, int most) => new HtmlText(html, most, marksAnswered: false).Run();

    /// <summary>The same text, but the answered mail that a mail program marked is laid out as a quote.</summary>
    public static string WithAnsweredAsQuote(string html, int most) => new HtmlText(html, most, marksAnswered: true).Run();

    private string Run()
    {
        while (_position < _html.Length && !_layout.IsFull)
        {
            var rest = _html[_position..];
            var open = rest.IndexOf('<');
            if (open != 0)
            {
                var text = open < 0 ? rest : rest[..open];
                _position += text.Length;
                Text(text);
            }
            else
            {
                Markup(rest);
            }
        }
        return _layout.Finish();
    }

    private readonly void Text(ReadOnlySpan<char> text)
    {
        if (_hiddenBy is null)
            _layout.Text(text.Contains('&') ? WebUtility.HtmlDecode(text.ToString()) : text);
    }

    private void Markup(ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith("<!--"))
        {
            Skip(rest, "-->");
            return;
        }
        var named = rest.Length > 1 && (char.IsAsciiLetter(rest[1]) || (rest.Length > 2 && rest[1] == '/' && char.IsAsciiLetter(rest[2])));
        if (!named)
        {
            if (rest.Length > 1 && rest[1] is '!' or '?' or '/')
            {
                Skip(rest, ">");
                return;
            }
            _position++;
            Text("<");
            return;
        }
        var length = TagLength(rest);
        _position += length;
        var tag = new HtmlTag(rest[..length]);
        if (tag.Name is "script" or "style" or "title" or "textarea" or "xmp" && !tag.IsEnd)
            SkipElement(tag.Name);
        else if (_hiddenBy is not null)
            InHidden(tag);
        else if (!tag.IsEnd && tag.IsHidden && !HtmlElements.IsVoid(tag.Name))
            (_hiddenBy, _hiddenDepth) = (tag.Name, 1);
        else if (_marksAnswered)
            ElementOfReply(tag);
        else
            Element(tag);
    }

    private void ElementOfReply(HtmlTag tag)
    {
        if (_quote.Begins(tag, _html[_position..]))
        {
            _layout.Quote(true);
            Element(tag);
            return;
        }
        Element(tag);
        if (_quote.Ends(tag))
            _layout.Quote(false);
    }

    private void Skip(ReadOnlySpan<char> rest, string end)
    {
        var index = rest.IndexOf(end);
        _position += index < 0 ? rest.Length : index + end.Length;
    }

    private void SkipElement(string name)
    {
        var rest = _html[_position..];
        var index = rest.IndexOf("</" + name, StringComparison.OrdinalIgnoreCase);
        _position += index < 0 ? rest.Length : index;
    }

    /// <summary>
    /// The length up to the first ">" outside quotes. An unclosed quote is searched for only
    /// once; otherwise many of them would cost quadratic time.
    /// </summary>
    private int TagLength(ReadOnlySpan<char> rest)
    {
        var quote = '\0';
        for (var index = 1; index < rest.Length && !_quotesNeverClose; index++)
        {
            var character = rest[index];
            if (quote != '\0')
                quote = character == quote ? '\0' : quote;
            else if (character == '>')
                return index + 1;
            else if (character is '"' or '\'' && rest[index - 1] is '=' or ' ' or '\t' or '\n')
                quote = character;
        }
        _quotesNeverClose = true;
        var end = rest.IndexOf('>');
        return end < 0 ? rest.Length : end + 1;
    }

    private void InHidden(HtmlTag tag)
    {
        if (tag.Name != _hiddenBy)
            return;
        _hiddenDepth += tag.IsEnd ? -1 : 1;
        if (_hiddenDepth == 0)
            _hiddenBy = null;
    }

    private readonly void Element(HtmlTag tag)
    {
        switch (tag.Name)
        {
            case "br":
                _layout.LineBreak();
                return;
            case "hr":
                _layout.Rule();
                return;
            case "img" when tag.Attribute("alt") is { Length: > 0 } alt:
                _layout.Text(alt);
                return;
            case "a":
                Link(tag);
                return;
            case "pre":
                _layout.Paragraph();
                _layout.Preformatted(!tag.IsEnd);
                return;
            case "blockquote":
                _layout.Quote(!tag.IsEnd);
                return;
            case "ul" or "ol":
                _layout.List(!tag.IsEnd, tag.Name == "ol");
                return;
            case "li" when !tag.IsEnd:
                _layout.Item();
                return;
            case "td" or "th" when !tag.IsEnd:
                _layout.Cell();
                return;
        }
        if (HtmlElements.IsParagraph(tag.Name))
            _layout.Paragraph();
        else if (HtmlElements.IsBlock(tag.Name))
            _layout.Line();
    }

    private readonly void Link(HtmlTag tag)
    {
        if (!tag.IsEnd)
        {
            if (_links.Count == 0)
                _links.Add(new LinkStart(_layout.Mark(), tag.Attribute("href") ?? ""));
            return;
        }
        if (_links.Count == 0)
            return;
        var link = _links[0];
        _links.Clear();
        var target = link.Target.Trim();
        if (!target.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            && !target.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return;
        var shown = _layout.Since(link.Mark);
        var compared = target.AsSpan(0, Math.Min(target.Length, LongestCompared));
        if (shown.Length > 0 && !compared.Contains(shown.AsSpan().TrimEnd('/'), StringComparison.OrdinalIgnoreCase))
            _layout.Text($" <{target}>");
    }

    private readonly record struct LinkStart(int Mark, string Target);
}
