using System.Text;
using InboundBridge.Text;

namespace InboundBridge.Mime.Html;

/// <summary>
/// Lays out text as a page shows it: white space collapsed, blocks on lines of their own,
/// quotes marked with "&gt; ", items with a dash or a number.
/// </summary>
internal sealed class TextLayout(int most)
{
    /// <summary>Deeper nesting is shown like this depth.</summary>
    private const int DeepestQuote = 10;
    private const int DeepestList = 10;

    private readonly StringBuilder _text = new();
    private readonly List<int> _lists = [];
    private int _lineStart;
    private int _breaks = 2;
    private int _quotes;
    private int _preformatted;
    private bool _space;
    private string? _marker;

    public bool IsFull => _text.Length >= most;

    public int Mark() => _text.Length;

    public string Since(int mark) => mark >= _text.Length ? "" : _text.ToString(mark, Math.Min(_text.Length - mark, 2000)).Trim();

    public void Text(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (_text.Length >= most)
                return;
            switch (character)
            {
                case '\n' when _preformatted > 0:
                    LineBreak();
                    break;
                case '\r':
                    break;
                case ' ' or '\t' or '\n' or '\f' or '\u00a0' when _preformatted == 0:
                    _space = true;
                    break;
                // Soft hyphen, joiners and marks: newsletters pad their previews with them.
                case '\u00ad' or '\u200b' or '\ufeff' or '\u034f' or '\u2060':
                    break;
                case '\u200c' when _space || AtLineStart:
                    break;
                default:
                    Put(character);
                    break;
            }
        }
    }

    public void LineBreak()
    {
        _space = false;
        if (AtLineStart && _breaks >= 2 && _text.Length == 0)
            return;
        _text.Append('\n');
        _breaks++;
        _lineStart = _text.Length;
    }

    /// <summary>Begins a new line unless at the beginning of one.</summary>
    public void Line() => Break(1);

    /// <summary>Puts an empty line before the next text.</summary>
    public void Paragraph() => Break(2);

    public void Rule()
    {
        Line();
        Text("---");
        Line();
    }

    public void Preformatted(bool begins) => _preformatted = Math.Max(0, _preformatted + (begins ? 1 : -1));

    public void Quote(bool begins)
    {
        if (begins)
        {
            Paragraph();
            _quotes++;
        }
        else
        {
            Break(1);
            _quotes = Math.Max(0, _quotes - 1);
            Break(2);
        }
    }

    public void List(bool begins, bool numbered)
    {
        if (begins)
        {
            if (_lists.Count == 0)
                Paragraph();
            else
                Line();
            _lists.Add(numbered ? 1 : 0);
        }
        else if (_lists.Count > 0)
        {
            _lists.RemoveAt(_lists.Count - 1);
            if (_lists.Count == 0)
                Paragraph();
        }
    }

    public void Item()
    {
        Line();
        if (_lists.Count == 0)
        {
            _marker = "- ";
            return;
        }
        var number = _lists[^1];
        _marker = new string(' ', 2 * Math.Min(_lists.Count - 1, DeepestList)) + (number == 0 ? "- " : $"{number}. ");
        if (number > 0)
            _lists[^1]++;
    }

    public void Cell()
    {
        if (!AtLineStart)
            _space = true;
    }

    public string Finish()
    {
        return CutText.At(_text.ToString().TrimEnd(), most);
    }

    private bool AtLineStart => _text.Length == _lineStart;

    private void Break(int wanted)
    {
        _space = false;
        _marker = null;
        var have = AtLineStart ? _breaks : 0;
        for (; have < wanted; have++)
        {
            if (_quotes > 0 && have == 1)
                _text.Append(QuoteMark.AsSpan().TrimEnd());
            _text.Append('\n');
        }
        _breaks = have;
        _lineStart = _text.Length;
    }

    private string QuoteMark => field is { } mark && mark.Length == 2 * Math.Min(_quotes, DeepestQuote)
        ? mark : field = string.Concat(Enumerable.Repeat("> ", Math.Min(_quotes, DeepestQuote)));

    private void Put(char character)
    {
        if (AtLineStart)
        {
            if (_quotes > 0)
                _text.Append(QuoteMark);
            _text.Append(_marker);
            _marker = null;
        }
        else if (_space)
        {
            _text.Append(' ');
        }
        _space = false;
        _breaks = 0;
        _text.Append(character);
    }
}
