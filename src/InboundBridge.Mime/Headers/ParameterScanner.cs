using System.Buffers;
using System.Text;

namespace InboundBridge.Mime.Headers;

/// <summary>
/// Splits <c>; name=value; name="value"</c> into pairs and copes with comments, missing semicolons, missing quotes and missing values.
/// </summary>
internal ref struct ParameterScanner(ReadOnlySpan<char> text)
{
    private static readonly SearchValues<char> NameEnds = SearchValues.Create("=; \t(\"");

    /// <summary>A parameter's name must end within this many characters.</summary>
    private const int LongestName = 80;

    /// <summary>Characters searched after a quote that may be inside the value.</summary>
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
                // A stray word or quoted string without a name.
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

    /// <summary>
    /// A file name with spaces and without quotes is common, so a bare value ends at a
    /// semicolon only, unless what follows is the next parameter.
    /// </summary>
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
    /// The quote that can end the value: "the "best" one.pdf" has unescaped quotes inside. Where there is none nearby, the first one.
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
            // The cap keeps values with many quotes linear.
            if (first >= 0 && index - first > LongestInner)
                break;
        }
        return first < 0 ? text.Length : first;
    }

    /// <summary>A closing quote is followed by nothing, a separator, a comment or the next parameter.</summary>
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
            // Some senders don't escape Windows paths, so a backslash escapes only what needs escaping.
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
