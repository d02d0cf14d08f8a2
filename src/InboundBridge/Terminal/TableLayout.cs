using System.Globalization;
using System.Text;
using Spectre.Console.Rendering;

namespace InboundBridge.Terminal;

/// <summary>
/// Fits a table to the width of the terminal. If it is too wide, less important columns are left out first; then long texts are cut and end
/// with an ellipsis. What operators copy (ids, times, states) is never cut, and lines are never broken: a terminal that is too narrow for
/// them breaks them itself.
/// </summary>
internal sealed class TableLayout
{
    private const string Gap = "  ";

    /// <summary>The least width, in terminal cells, to which a text is cut.</summary>
    private const int Narrowest = 8;

    private readonly IReadOnlyList<ListColumn> _columns;
    private readonly List<int> _shown;
    private readonly int[] _widths;

    public TableLayout(IReadOnlyList<ListColumn> columns, IReadOnlyList<string[]> rows, int width)
    {
        _columns = columns;
        _widths = [.. columns.Select((column, index) => rows.Select(row => WidthOf(row[index])).Append(WidthOf(column.Title)).Max())];
        _shown = [.. Enumerable.Range(0, columns.Count)];
        for (var index = columns.Count - 1; index >= 0 && Total() > width; index--)
        {
            if (columns[index].NeedsRoom)
                _shown.Remove(index);
        }
        while (Total() > width && WidestThatCanBeCut() is { } widest)
            _widths[widest]--;
    }

    public string Header => Line([.. _columns.Select(column => column.Title)], (_, text) => text);

    /// <param name="paint">Colours a text; its arguments are the column's title and the text as shown.</param>
    public string Line(string[] cells, Func<string, string, string> paint)
    {
        var line = new StringBuilder();
        for (var place = 0; place < _shown.Count; place++)
        {
            var index = _shown[place];
            var text = Cut(cells[index], _widths[index]);
            line.Append(paint(_columns[index].Title, text));
            if (place < _shown.Count - 1)
                line.Append(' ', _widths[index] - WidthOf(text)).Append(Gap);
        }
        return line.ToString().TrimEnd(' ');
    }

    private int Total() => _shown.Sum(index => _widths[index]) + (Math.Max(0, _shown.Count - 1) * Gap.Length);

    private int? WidestThatCanBeCut() => _shown.Where(index => _columns[index].CanBeCut && _widths[index] > Narrowest)
        .Select(index => (int?)index).MaxBy(index => _widths[index!.Value]);

    private static int WidthOf(string text) => new Segment(text).CellCount();

    private static string Cut(string text, int width)
    {
        if (WidthOf(text) <= width)
            return text;
        var kept = new StringBuilder();
        var left = width - 1;
        foreach (var letter in Letters(text))
        {
            left -= WidthOf(letter);
            if (left < 0)
                break;
            kept.Append(letter);
        }
        return kept.Append('…').ToString();
    }

    private static IEnumerable<string> Letters(string text)
    {
        var letters = StringInfo.GetTextElementEnumerator(text);
        while (letters.MoveNext())
            yield return letters.GetTextElement();
    }
}
