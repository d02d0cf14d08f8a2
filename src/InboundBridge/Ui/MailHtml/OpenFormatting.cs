namespace InboundBridge.Ui.MailHtml;

/// <summary>
/// The formatting elements (fonts, bold, links) that a parser would open again after each tag, since the mail has not closed them: the
/// "list of active formatting elements" of the HTML standard, which is the reason why a small mail may become a huge page. Where the
/// standard's rules are not followed to the end, too many are counted, never too few.
/// </summary>
internal sealed class OpenFormatting(CleaningWork work)
{
    /// <summary>Elements that one misplaced end tag may make: eight rounds of the standard's "adoption agency", with copies.</summary>
    private const int Misplaced = 32;

    /// <summary>More can't be told apart by a reader, and each of them is compared with each new one.</summary>
    private const int Most = 1000;

    private static readonly HashSet<string> Names =
        new(["a", "b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"], StringComparer.Ordinal);

    /// <summary>The tags that are open, as written.</summary>
    private readonly List<(string Name, string Text)> _open = [];

    /// <summary>The tables and cells around the place; a cell has a list of its own.</summary>
    private readonly Stack<(string Name, int Begin, string? Section)> _tables = new();

    private readonly ElementNesting _nesting = new();
    private long _characters;

    /// <summary>Whether an element is one of the standard's "formatting" elements.</summary>
    public static bool Is(string name) => Names.Contains(name);

    /// <summary>Counts a start tag.</summary>
    /// <param name="text">The tag as written.</param>
    public void Start(string name, string text)
    {
        StartOfTable(name);
        work.Tag(1 + _open.Count, text.Length + _characters);
        _nesting.Start(name);
        if (!Is(name))
            return;
        if (name == "a" && IndexOf(name) is >= 0 and var before)
        {
            // A link ends where another begins.
            Remove(before);
            Misplace(text.Length);
        }
        KeepThree(text);
        if (_open.Count >= Most)
            throw new HtmlTooHeavyException("its tags overlap too often");
        _open.Add((name, text));
        _characters += text.Length;
    }

    /// <summary>Counts an end tag.</summary>
    public void End(string name)
    {
        EndOfTable(name);
        work.Tag(_open.Count, name.Length + 3 + _characters);
        var isNested = _nesting.End(name);
        if (!Is(name))
            return;
        // Directly in a table it does not end what began outside.
        if (IndexOf(name) is not (>= 0 and var index) || _tables.TryPeek(out var inside) && inside.Name == "table")
            return;
        if (!isNested)
            Misplace(_open[index].Text.Length);
        Remove(index);
    }

    private int Begin => _tables.TryPeek(out var inside) ? inside.Begin : 0;

    private int IndexOf(string name) => _open.FindLastIndex(entry => entry.Name == name) is var index && index >= Begin ? index : -1;

    private void Remove(int index)
    {
        _characters -= _open[index].Text.Length;
        _open.RemoveAt(index);
    }

    private void Misplace(int length) => work.Tag(Misplaced, Misplaced * (long)length);

    /// <summary>Of equal elements the newest three are opened again (the standard's "Noah's Ark clause").</summary>
    private void KeepThree(string text)
    {
        var (count, first) = (0, -1);
        for (var index = Begin; index < _open.Count; index++)
        {
            if (_open[index].Text != text)
                continue;
            first = first < 0 ? index : first;
            count++;
        }
        if (count >= 3)
            Remove(first);
    }

    private void StartOfTable(string name)
    {
        switch (name)
        {
            case "table":
                if (_tables.TryPeek(out var outer) && outer.Name == "table")
                    _tables.Pop();
                _tables.Push((name, _open.Count, null));
                break;
            case "td" or "th" or "caption":
                LeaveCell();
                if (name == "caption")
                    SetSection(null);
                if (_tables.Count > 0)
                    _tables.Push((name, _open.Count, null));
                break;
            case "tbody" or "thead" or "tfoot" or "col" or "colgroup":
                LeaveCell();
                SetSection(name is "col" or "colgroup" ? null : name);
                break;
            case "tr":
                LeaveCell();
                break;
        }
    }

    private void EndOfTable(string name)
    {
        if (!_tables.TryPeek(out var inside))
            return;
        switch (name)
        {
            case "table":
                LeaveCell();
                _tables.Pop();
                break;
            case "td" or "th" or "caption" when inside.Name == name:
            case "tr" when inside.Name is "td" or "th":
                LeaveCell();
                break;
            case "tbody" or "thead" or "tfoot" when inside.Name is not "caption" && Section(inside) == name:
                LeaveCell();
                SetSection(null);
                break;
        }
    }

    /// <summary>The section of the row. A row without a section is in a body.</summary>
    private string Section((string Name, int Begin, string? Section) inside) =>
        (inside.Name == "table" ? inside.Section : _tables.ElementAt(1).Section) ?? "tbody";

    private void SetSection(string? name)
    {
        if (_tables.TryPop(out var table))
            _tables.Push(table with { Section = name });
    }

    /// <summary>What a cell left open ends with it.</summary>
    private void LeaveCell()
    {
        if (!_tables.TryPeek(out var inside) || inside.Name == "table")
            return;
        _tables.Pop();
        while (_open.Count > inside.Begin)
            Remove(_open.Count - 1);
    }
}
