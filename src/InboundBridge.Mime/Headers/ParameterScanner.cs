using System.Buffers;
using System.Text;

namespace InboundBridge.Mime.Headers;

/// <summary>Cuts <c>; name=value; name="value"</c> into pairs, over comments, missing semicolons, missing quotes and missing values.</summary>
internal ref struct ParameterScanner(ReadOnlySpan<char> text)
{
    private static readonly SearchValues<char> NameEnds = SearchValues.Create("=; \t(\"");

    private ReadOnlySpan<char> _rest = text;

    public bool TryNext(out string name, out string value)
    {
        while (true)
        {
            SkipSeparators();
            name = value = "";
            if (_rest.IsEmpty)
                return false;
            var length = _rest.IndexOfAny(NameEnds);
            if (length < 0)
                length = _rest.Length;
            name = _rest[..length].ToString().ToLowerInvariant();
            _rest = _rest[length..];
            SkipSpace();
            if (_rest.IsEmpty || _rest[0] != '=')
            {
                // A stray word or quoted string: nothing that has a name.
                if (length == 0 && !_rest.IsEmpty && _rest[0] == '"')
                    ReadQuoted();
                else if (length == 0 && !_rest.IsEmpty)
                    _rest = _rest[1..];
                continue;
            }
            _rest = _rest[1..];
            SkipSpace();
            value = !_rest.IsEmpty && _rest[0] == '"' ? ReadQuoted() : ReadBare();
            if (name.Length > 0)
                return true;
        }
    }

    /// <summary>A file name with spaces and without quotes is common, so a bare value ends at a semicolon only, unless what follows is the next parameter.</summary>
    private string ReadBare()
    {
        var end = _rest.IndexOf(';');
        var value = end < 0 ? _rest : _rest[..end];
        var space = value.IndexOfAny(" \t");
        if (space >= 0 && (LooksLikeParameter(value[space..]) || value[space..].TrimStart(" \t").StartsWith("(")))
            value = value[..space];
        _rest = _rest[value.Length..];
        return value.TrimEnd(" \t").ToString();
    }

    private static bool LooksLikeParameter(ReadOnlySpan<char> text)
    {
        text = text.TrimStart(" \t");
        var equals = text.IndexOf('=');
        if (equals <= 0)
            return false;
        foreach (var character in text[..equals])
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '*' or '_'))
                return false;
        }
        return true;
    }

    private string ReadQuoted()
    {
        _rest = _rest[1..];
        var plain = _rest.IndexOfAny('"', '\\');
        if (plain >= 0 && _rest[plain] == '"')
        {
            var whole = _rest[..plain].ToString();
            _rest = _rest[(plain + 1)..];
            return whole;
        }
        var value = new StringBuilder();
        var index = 0;
        for (; index < _rest.Length && _rest[index] != '"'; index++)
        {
            // Some send Windows paths unescaped: a backslash escapes only what needs it.
            if (_rest[index] == '\\' && index + 1 < _rest.Length && _rest[index + 1] is '"' or '\\')
                index++;
            value.Append(_rest[Math.Min(index, _rest.Length - 1)]);
        }
        _rest = _rest[Math.Min(index + 1, _rest.Length)..];
        return value.ToString();
    }

    private void SkipSeparators()
    {
        while (true)
        {
            _rest = _rest.TrimStart("; \t\r\n,");
            if (_rest.IsEmpty || _rest[0] != '(')
                return;
            _rest = _rest[CommentText.Length(_rest)..];
        }
    }

    private void SkipSpace()
    {
        _rest = _rest.TrimStart(" \t");
        while (!_rest.IsEmpty && _rest[0] == '(')
            _rest = _rest[CommentText.Length(_rest)..].TrimStart(" \t");
    }
}
