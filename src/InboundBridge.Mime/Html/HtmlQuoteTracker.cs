namespace InboundBridge.Mime.Html;

/// <summary>Tracks the element that a mail program marked as the answered mail, so that its text is laid out as a quote.</summary>
internal struct HtmlQuoteTracker
{
    private HtmlQuoteReach _reach;
    private string? _name;
    private int _depth;
    private int _quotes;

    /// <param name="behind">The text after the tag.</param>
    /// <returns>True where the quote begins with the tag.</returns>
    public bool Begins(HtmlTag tag, ReadOnlySpan<char> behind)
    {
        if (_reach != HtmlQuoteReach.None)
            return false;
        var reach = HtmlQuoteMark.Of(tag, behind);
        if (reach == HtmlQuoteReach.None || (reach != HtmlQuoteReach.Rest && HtmlElements.IsVoid(tag.Name)))
            return false;
        (_reach, _name, _depth, _quotes) = (reach, tag.Name, 1, 0);
        return true;
    }

    /// <returns>True where the quote ends with the tag.</returns>
    public bool Ends(HtmlTag tag)
    {
        if (_reach is HtmlQuoteReach.None or HtmlQuoteReach.Rest)
            return false;
        if (tag.Name == "blockquote")
            _quotes = Math.Max(0, _quotes + (tag.IsEnd ? -1 : 1));
        if (tag.Name == _name)
            _depth += tag.IsEnd ? -1 : 1;
        if (_depth > 0 && !(_reach == HtmlQuoteReach.ToQuoteEnd && tag.Name == "blockquote" && tag.IsEnd && _quotes == 0))
            return false;
        _reach = HtmlQuoteReach.None;
        return true;
    }
}
