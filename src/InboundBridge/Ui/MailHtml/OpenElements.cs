namespace InboundBridge.Ui.MailHtml;

/// <summary>
/// How deep the elements of a mail are nested, as far as its tags tell before a parser builds them: a tree that is too deep to be shown
/// takes seconds to build. Paragraphs, entries of lists and cells end where the next one begins. Where the standard's rules are not
/// followed to the end, an end tag is rather ignored.
/// </summary>
internal sealed class OpenElements
{
    /// <summary>More than are shown: a parser may close some by itself.</summary>
    public const int Deepest = 400;

    /// <summary>Elements that an end tag of another one inside of them does not end.</summary>
    private static readonly HashSet<string> Inline = new(
        [
            "abbr", "acronym", "bdi", "bdo", "cite", "data", "del", "dfn", "ins", "kbd", "label", "mark", "meter", "output",
            "progress", "q", "ruby", "samp", "span", "sub", "sup", "time", "var",
        ],
        StringComparer.Ordinal);

    /// <summary>The innermost one last.</summary>
    private readonly List<string> _open = [];

    /// <exception cref="HtmlTooHeavyException">It is nested too deeply.</exception>
    public void Start(string name)
    {
        switch (name)
        {
            case "rt" or "rp" or "rb" or "rtc" when Find("ruby", Scope()) >= 0:
                return;
            case "td" or "th" or "caption" or "tr" or "tbody" or "thead" or "tfoot" or "col" or "colgroup":
                // Without a table there are none.
                if (Find("table", 0) is >= 0 and var table)
                {
                    CutTo(table + 1);
                    if (IsCell(name))
                        Add(name);
                }
                return;
            case "table" when Find("table", 0) is >= 0 and var outer && Find(IsCell, outer) < 0:
                // A table directly in a table ends it.
                CutTo(outer);
                break;
            case "a" when Find(name, Scope()) is >= 0 and var link:
                _open.RemoveAt(link);
                break;
            case "p" or "li" or "dd" or "dt":
                EndParagraph();
                if (name != "p" && Find(IsContainer, Scope()) is >= 0 and var around && IsSameKind(_open[around], name))
                    CutTo(around);
                Add(name);
                return;
        }
        if (!OpenFormatting.Is(name) && !Inline.Contains(name))
            EndParagraph();
        Add(name);
    }

    public void End(string name)
    {
        switch (name)
        {
            case "table":
                CutTo(Find(name, 0));
                return;
            case "td" or "th" or "caption":
                CutTo(Find(name, Math.Max(0, Find("table", 0))));
                return;
        }
        var index = Find(name, Scope());
        if (index < 0)
            return;
        // What is open inside of it stays open.
        if (OpenFormatting.Is(name))
            _open.RemoveAt(index);
        else if (!Inline.Contains(name) || Find(IsBlock, index + 1) < 0)
            CutTo(index);
    }

    private static bool IsCell(string name) => name is "td" or "th" or "caption";

    private static bool IsSameKind(string item, string next) => next == "li" ? item == "li" : item is "dd" or "dt";

    private static bool IsBlock(string name) => !Inline.Contains(name) && !OpenFormatting.Is(name);

    /// <summary>What an entry of a list is looked for in: it does not end one that is around it.</summary>
    private static bool IsContainer(string name) => IsBlock(name) && name is not ("p" or "div" or "address");

    /// <summary>Where the innermost cell or table begins: nothing inside of it ends what is outside.</summary>
    private int Scope() => Find(each => each == "table" || IsCell(each), 0) + 1;

    private int Find(string name, int from) => Find(each => each == name, from);

    /// <summary>The innermost one that fits, from a place on; -1 without any.</summary>
    private int Find(Predicate<string> fits, int from) => _open.FindLastIndex(fits) is var index && index >= from ? index : -1;

    private void EndParagraph() => CutTo(Find("p", Scope()));

    private void CutTo(int count)
    {
        while (count >= 0 && _open.Count > count)
            _open.RemoveAt(_open.Count - 1);
    }

    private void Add(string name)
    {
        if (_open.Count >= Deepest)
            throw new HtmlTooHeavyException("it is nested too deeply");
        _open.Add(name);
    }
}
