using System.Text;

namespace InboundBridge.MailFlow.SenderAuthentication.ResultsField;

/// <summary>
/// Reads the value of an Authentication-Results field (RFC 8601 §2.2). A part that can't be read is left out, and the field is not whole.
/// Properties without a point (<c>action=none</c>, as Microsoft writes them) are read too. Hostile values end early: everything is bounded.
/// </summary>
internal ref struct ResultsFieldReader
{
    private const int Longest = 32 * 1024;
    private const int MostResults = 64;
    private const int MostProperties = 32;
    private const int DeepestComment = 16;

    private readonly ReadOnlySpan<byte> _text;
    private int _at;
    private bool _isCut;

    private ResultsFieldReader(ReadOnlySpan<byte> text) => _text = text;

    private readonly bool IsAtEnd => _at >= _text.Length;

    /// <param name="value">What follows the field's colon, folded or not.</param>
    /// <returns>Null when there is no authserv-id, or the value is too long.</returns>
    public static StatedResults? Read(ReadOnlySpan<byte> value)
    {
        if (value.Length > Longest)
            return null;
        var reader = new ResultsFieldReader(value);
        if (!reader.SkipBlanks() || reader.Word(" \t\r\n;("u8) is not { Length: > 0 } id)
            return null;
        // What stands between the authserv-id and the first semicolon is its version.
        var isWhole = reader.SkipPart();
        var results = new List<StatedResult>();
        while (!reader.IsAtEnd && results.Count < MostResults)
        {
            reader._at++;
            var start = reader._at;
            if (reader.Result() is { } result)
                results.Add(result);
            else
                isWhole &= reader.SaysNothing(start);
            isWhole &= reader.SkipPart();
        }
        return new StatedResults(id, results, isWhole && reader.IsAtEnd && !reader._isCut);
    }

    /// <summary>The part is empty, or the word <c>none</c>.</summary>
    private readonly bool SaysNothing(int start)
    {
        var part = new ResultsFieldReader(_text) { _at = start };
        if (!part.SkipBlanks())
            return false;
        return part.Keyword() is "" or "none" && part.SkipBlanks() && (part.IsAtEnd || part._text[part._at] == ';');
    }

    /// <summary>Null when the part is no result, such as <c>none</c>, or malformed.</summary>
    private StatedResult? Result()
    {
        if (!SkipBlanks() || Keyword() is not { Length: > 0 } method || !SkipBlanks())
            return null;
        if (Skip('/') && (!SkipBlanks() || Keyword().Length == 0 || !SkipBlanks()))
            return null;
        if (!Skip('=') || !SkipBlanks() || Keyword() is not { Length: > 0 } result)
            return null;
        var properties = new List<KeyValuePair<string, string>>();
        while (SkipBlanks())
        {
            if (IsAtEnd || _text[_at] == ';')
                return new StatedResult(method, result, properties);
            if (Name() is not { } name || !Skip('=') || !SkipBlanks() || Word(" \t\r\n;("u8) is not { } value)
                return null;
            if (properties.Count < MostProperties)
                properties.Add(KeyValuePair.Create(name, value));
            else
                _isCut = true;
        }
        return null;
    }

    /// <summary>The name of a property, whose point may have blanks around it.</summary>
    private string? Name()
    {
        var name = Keyword();
        if (name.Length == 0 || !SkipBlanks())
            return null;
        if (!Skip('.'))
            return name;
        return SkipBlanks() && Keyword() is { Length: > 0 } property && SkipBlanks() ? $"{name}.{property}" : null;
    }

    /// <summary>Letters, digits, hyphens and underscores, in lower case; empty when there are none.</summary>
    private string Keyword()
    {
        var start = _at;
        while (!IsAtEnd && (char.IsAsciiLetterOrDigit((char)_text[_at]) || _text[_at] is (byte)'-' or (byte)'_'))
            _at++;
        return Encoding.ASCII.GetString(_text[start.._at]).ToLowerInvariant();
    }

    /// <summary>Octets up to one that ends it, with quoted strings in it; null when a quoted string does not end.</summary>
    private string? Word(ReadOnlySpan<byte> ends)
    {
        var word = new StringBuilder();
        while (!IsAtEnd && !ends.Contains(_text[_at]))
        {
            if (_text[_at] != '"')
                word.Append((char)_text[_at++]);
            else if (!Quoted(word))
                return null;
        }
        return word.ToString();
    }

    private bool Quoted(StringBuilder word)
    {
        for (_at++; !IsAtEnd; _at++)
        {
            if (_text[_at] == '"')
            {
                _at++;
                return true;
            }
            if (_text[_at] == '\\' && _at + 1 < _text.Length)
                _at++;
            // Folding inside a quoted string is no part of it (RFC 5322 §3.2.4).
            if (_text[_at] is not ((byte)'\r' or (byte)'\n'))
                word.Append((char)_text[_at]);
        }
        return false;
    }

    private bool Skip(char octet)
    {
        if (IsAtEnd || _text[_at] != octet)
            return false;
        _at++;
        return true;
    }

    /// <summary>White space and comments. False when a comment does not end, or is nested too deep.</summary>
    private bool SkipBlanks()
    {
        var depth = 0;
        for (; !IsAtEnd; _at++)
        {
            switch ((char)_text[_at])
            {
                case ' ' or '\t' or '\r' or '\n':
                    break;
                case '(' when depth < DeepestComment:
                    depth++;
                    break;
                case '(':
                    _at = _text.Length;
                    return false;
                case ')' when depth > 0:
                    depth--;
                    break;
                case '\\' when depth > 0:
                    _at++;
                    break;
                default:
                    if (depth == 0)
                        return true;
                    break;
            }
        }
        _at = Math.Min(_at, _text.Length);
        return depth == 0;
    }

    /// <summary>Up to the next semicolon that is in no comment and no quoted string. False where one of those does not end.</summary>
    private bool SkipPart()
    {
        while (SkipBlanks())
        {
            if (IsAtEnd || _text[_at] == ';')
                return true;
            if (_text[_at] != '"')
                _at++;
            else if (!Quoted(new StringBuilder()))
                return false;
        }
        return false;
    }
}
