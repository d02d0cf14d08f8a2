namespace InboundBridge.UnitTests.Layering;

/// <summary>C# with its comments and literals blanked out, so that only code is left. Every line and column keeps its place.</summary>
internal sealed class CodeText
{
    private readonly char[] _text;
    private int _at;

    private CodeText(string source) => _text = source.ToCharArray();

    public static string Of(string source)
    {
        var code = new CodeText(source);
        code.Code(isHole: false);
        return new string(code._text);
    }

    /// <param name="isHole">Inside an interpolated string: ends at the brace that closes the hole.</param>
    private void Code(bool isHole)
    {
        for (var depth = 0; _at < _text.Length;)
        {
            if (Is("//"))
                BlankTo(LineEnd());
            else if (Is("/*"))
                BlankTo(After("*/", _at + 2));
            else if (_text[_at] == '\'')
                Character();
            else if (_text[_at] is '"' or '$' or '@' && TryReadString())
                continue;
            else if (isHole && _text[_at] == '}' && depth-- == 0)
                return;
            else if (_text[_at++] == '{')
                depth++;
        }
    }

    private void Character()
    {
        var end = _at + 1;
        while (end < _text.Length && _text[end] != '\'' && _text[end] != '\n')
            end += _text[end] == '\\' ? 2 : 1;
        BlankTo(end + 1);
    }

    private bool TryReadString()
    {
        var start = _at;
        while (start < _text.Length && _text[start] is '$' or '@')
            start++;
        if (start == _text.Length || _text[start] != '"')
        {
            _at = Math.Max(start, _at + 1);
            return false;
        }
        var marks = _text.AsSpan(_at, start - _at);
        var (dollars, isVerbatim) = (marks.Count('$'), marks.Contains('@'));
        var quotes = 0;
        while (start + quotes < _text.Length && _text[start + quotes] == '"')
            quotes++;
        if (quotes == 2)
            BlankTo(start + 2);
        else if (quotes > 2)
            String(start + quotes, new string('"', quotes), dollars, escape: default);
        else
            String(start + 1, "\"", dollars, isVerbatim ? '"' : '\\');
        return true;
    }

    /// <param name="closing">The quotes that end it.</param>
    /// <param name="dollars">A hole begins with so many braces.</param>
    /// <param name="escape">Takes the meaning from the character behind it.</param>
    private void String(int start, string closing, int dollars, char escape)
    {
        BlankTo(start);
        while (_at < _text.Length)
        {
            var isEscape = escape != default && _text[_at] == escape && (escape == '\\' || Is("\"\""));
            if (isEscape)
                BlankTo(_at + 2);
            else if (Is(closing))
            {
                BlankTo(_at + closing.Length);
                return;
            }
            else if (dollars > 0 && Is("{"))
                Hole(dollars);
            else
                BlankTo(_at + 1);
        }
    }

    private void Hole(int dollars)
    {
        var braces = 0;
        while (_at + braces < _text.Length && _text[_at + braces] == '{')
            braces++;
        BlankTo(_at + braces);
        // Two braces for a hole of one are a brace of the text.
        if (braces < dollars || (dollars == 1 && braces % 2 == 0))
            return;
        Code(isHole: true);
        BlankTo(_at + dollars);
    }

    private bool Is(string expected) => _text.AsSpan(_at).StartsWith(expected);

    private int LineEnd() => After("\n", _at) is var end && end <= _text.Length && _text[end - 1] == '\n' ? end - 1 : end;

    private int After(string expected, int from) =>
        _text.AsSpan(from).IndexOf(expected) is >= 0 and var found ? from + found + expected.Length : _text.Length;

    private void BlankTo(int end)
    {
        for (end = Math.Min(end, _text.Length); _at < end; _at++)
        {
            if (_text[_at] != '\n')
                _text[_at] = ' ';
        }
    }
}
