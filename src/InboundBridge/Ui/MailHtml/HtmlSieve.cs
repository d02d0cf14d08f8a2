using System.Text;

namespace InboundBridge.Ui.MailHtml;

/// <summary>
/// Copies the tags and attributes of a mail's HTML that can be shown, and its text; everything else is left out: scripts, style sheets,
/// comments, foreign content, templates. One pass, as browsers split HTML into tags. What comes out is plain enough that no parser can be
/// led astray by it, and is cleaned afterwards all the same.
/// </summary>
/// <exception cref="HtmlTooHeavyException">It would take too much work.</exception>
internal ref struct HtmlSieve
{
    private readonly ReadOnlySpan<char> _html;
    private readonly SieveRules _rules;
    private readonly CleaningWork _work;
    private readonly OpenFormatting _formatting;
    private readonly OpenElements _open = new();
    private readonly StringBuilder _shown = new();
    private readonly StringBuilder _tag = new();
    private int _at;

    private HtmlSieve(ReadOnlySpan<char> html, SieveRules rules, CleaningWork work)
    {
        _html = html;
        (_rules, _work, _formatting) = (rules, work, new OpenFormatting(work));
    }

    public static string Of(string html, SieveRules rules, CleaningWork work) => new HtmlSieve(html, rules, work).Run();

    private string Run()
    {
        while (_at < _html.Length)
        {
            var open = _html[_at..].IndexOf('<');
            if (open != 0)
            {
                var text = open < 0 ? _html[_at..] : _html.Slice(_at, open);
                _work.Write(text.Length);
                _shown.Append(text);
                _at += text.Length;
            }
            else
            {
                Markup();
            }
        }
        return _shown.ToString();
    }

    private char Next(int ahead) => _at + ahead < _html.Length ? _html[_at + ahead] : '\0';

    private void Markup()
    {
        var next = Next(1);
        if (char.IsAsciiLetter(next))
        {
            Tag(isEnd: false);
        }
        else if (next == '/' && char.IsAsciiLetter(Next(2)))
        {
            Tag(isEnd: true);
        }
        else if (next is '!' or '?' or '/')
        {
            _work.Tag(0, 0);
            Skip();
        }
        else
        {
            // No tag. Written so that it can't begin one together with what follows.
            _work.Write(4);
            _shown.Append("&lt;");
            _at++;
        }
    }

    /// <summary>Goes behind a comment, or behind what browsers take for one.</summary>
    private void Skip()
    {
        if (!_html[_at..].StartsWith("<!--"))
        {
            var end = _html[_at..].IndexOf('>');
            _at = end < 0 ? _html.Length : _at + end + 1;
            return;
        }
        _at += 4;
        if (Next(0) == '>' || (Next(0) == '-' && Next(1) == '>'))
        {
            _at += Next(0) == '>' ? 1 : 2;
            return;
        }
        while (_html[_at..].IndexOf("--") is >= 0 and var dashes)
        {
            _at += dashes;
            if (Next(2) == '>' || (Next(2) == '!' && Next(3) == '>'))
            {
                _at += Next(2) == '>' ? 3 : 4;
                return;
            }
            _at++;
        }
        _at = _html.Length;
    }

    private void Tag(bool isEnd)
    {
        _at += isEnd ? 2 : 1;
        var begin = _at;
        while (_at < _html.Length && !IsSpace(_html[_at]) && _html[_at] is not ('/' or '>'))
            _at++;
        var written = _html[begin.._at];
        var name = _rules.TagOf(written);
        _tag.Clear();
        if (name is not null)
            _tag.Append(isEnd ? "</" : "<").Append(name);
        // A tag that does not end is none.
        if (!Attributes(name is not null && !isEnd))
            return;
        if (name is null)
        {
            _work.Tag(0, 0);
            if (!isEnd && SieveRules.IsSkipped(written))
                SkipContent(written);
            return;
        }
        var text = _tag.Append('>').ToString();
        Count(name, text, isEnd);
        _shown.Append(text);
    }

    private readonly void Count(string name, string text, bool isEnd)
    {
        if (isEnd)
        {
            _open.End(name);
            _formatting.End(name);
        }
        else if (SieveRules.IsVoid(name))
        {
            _work.Tag(1, text.Length);
        }
        else
        {
            _open.Start(name);
            _formatting.Start(name, text);
        }
    }

    /// <summary>To the end of the tag. False: the mail ends before.</summary>
    private bool Attributes(bool areShown)
    {
        for (var place = 1; ; place++)
        {
            while (_at < _html.Length && (IsSpace(_html[_at]) || _html[_at] == '/'))
                _at++;
            if (_at >= _html.Length)
                return false;
            if (_html[_at] == '>')
            {
                _at++;
                return true;
            }
            _work.Attribute(place);
            var begin = _at++;
            while (_at < _html.Length && !IsSpace(_html[_at]) && _html[_at] is not ('/' or '>' or '='))
                _at++;
            var name = _html[begin.._at];
            if (!Value(out var value))
                return false;
            if (areShown && _rules.AttributeOf(name, value) is { } shown)
                Show(shown, value);
        }
    }

    /// <summary>False: the mail ends in it.</summary>
    private bool Value(out ReadOnlySpan<char> value)
    {
        value = [];
        var behind = _at;
        while (behind < _html.Length && IsSpace(_html[behind]))
            behind++;
        if (behind >= _html.Length || _html[behind] != '=')
            return true;
        _at = behind + 1;
        while (_at < _html.Length && IsSpace(_html[_at]))
            _at++;
        if (Next(0) is '"' or '\'')
        {
            var length = _html[(_at + 1)..].IndexOf(_html[_at]);
            value = length < 0 ? [] : _html.Slice(_at + 1, length);
            _at = length < 0 ? _html.Length : _at + length + 2;
            return length >= 0;
        }
        var begin = _at;
        while (_at < _html.Length && !IsSpace(_html[_at]) && _html[_at] != '>')
            _at++;
        value = _html[begin.._at];
        return true;
    }

    private readonly void Show(string name, ReadOnlySpan<char> value)
    {
        _tag.Append(' ').Append(name).Append("=\"");
        while (value.IndexOf('"') is >= 0 and var quote)
        {
            _tag.Append(value[..quote]).Append("&quot;");
            value = value[(quote + 1)..];
        }
        _tag.Append(value).Append('"');
    }

    /// <summary>The content of a script or a style sheet is no markup: up to its end tag, or to the end of the mail.</summary>
    private void SkipContent(ReadOnlySpan<char> name)
    {
        while (_html[_at..].IndexOf("</") is >= 0 and var open)
        {
            _at += open + 2;
            if (_html[_at..].StartsWith(name, StringComparison.OrdinalIgnoreCase)
                && Next(name.Length) is var behind && (IsSpace(behind) || behind is '/' or '>'))
            {
                _at -= 2;
                return;
            }
        }
        _at = _html.Length;
    }

    private static bool IsSpace(char letter) => letter is ' ' or '\t' or '\n' or '\r' or '\f';
}
