using System.Buffers;
using System.Text;

namespace InboundBridge.Mime.Headers;

/// <summary>Cuts <c>; name=value; name="value"</c> into pairs, over comments, missing semicolons, missing quotes and missing values.</summary>
internal ref struct ParameterScanner(ReadOnlySpan<char> text)
{
    private static readonly SearchValues<char> NameEnds = SearchValues.Create("=; \t(\"");

    /// <summary>Characters in which the name of a parameter must end.</summary>
    private const int LongestName = 80;

    /// <summary>Characters of a value behind a quote that may stand inside it.</summary>
    private const int LongestInner = 1000;

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
        var comma = value.IndexOf(',');
        if (comma >= 0 && LooksLikeParameter(value[(comma + 1)..]))
            value = value[..comma];
        var space = value.IndexOfAny(" \t");
        if (space >= 0 && (LooksLikeParameter(value[space..]) || value[space..].TrimStart(" \t").StartsWith("(")))
            value = value[..space];
        _rest = _rest[value.Length..];
        return value.TrimEnd(" \t").ToString();
    }

    private static bool LooksLikeParameter(ReadOnlySpan<char> text)
    {
        text = text.TrimStart(" \t");
        text = text[..Math.Min(text.Length, LongestName)];
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
        if (plain >= 0 && _rest[plain] == '"' && EndsValue(_rest[(plain + 1)..]))
        {
            var whole = _rest[..plain].ToString();
            _rest = _rest[(plain + 1)..];
            return whole;
        }
        var end = ClosingQuote(_rest);
        var value = Unescape(_rest[..end]);
        _rest = _rest[Math.Min(end + 1, _rest.Length)..];
        return value;
    }

    /// <summary>
    /// The quote behind which the value can end: "the "best" one.pdf" has quotes inside, which nobody escaped. Where none is near, the
    /// first one.
    /// </summary>
    private static int ClosingQuote(ReadOnlySpan<char> text)
    {
        var first = -1;
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '\\' && index + 1 < text.Length && text[index + 1] is '"' or '\\')
                index++;
            else if (text[index] == '"')
            {
                if (EndsValue(text[(index + 1)..]))
                    return index;
                first = first < 0 ? index : first;
            }
            // The cap keeps many quotes linear.
            if (first >= 0 && index - first > LongestInner)
                break;
        }
        return first < 0 ? text.Length : first;
    }

    /// <summary>Behind a closing quote stands nothing, a separator, a comment or the next parameter.</summary>
    private static bool EndsValue(ReadOnlySpan<char> text)
    {
        var next = text[..Math.Min(text.Length, LongestName)].TrimStart(" \t\r\n");
        return next.IsEmpty || next[0] is ';' or '(' || (next[0] == ',' && LooksLikeParameter(next[1..]))
            || (next.Length < Math.Min(text.Length, LongestName) && LooksLikeParameter(next));
    }

    private static string Unescape(ReadOnlySpan<char> text)
    {
        if (!text.Contains('\\'))
            return text.ToString();
        var value = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            // Some send Windows paths unescaped: a backslash escapes only what needs it.
            if (text[index] == '\\' && index + 1 < text.Length && text[index + 1] is '"' or '\\')
                index++;
            value.Append(text[index]);
        }
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
