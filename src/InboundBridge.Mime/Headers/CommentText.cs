namespace InboundBridge.Mime.Headers;

/// <summary>Comments (RFC 5322 §3.2.2): nested parentheses with escapes.</summary>
internal static class CommentText
{
    /// <summary>
    /// Characters of the comment that begins <paramref name="text"/>, with its parentheses; to the end where it is never closed.
    /// </summary>
    public static int Length(ReadOnlySpan<char> text) => ClosedLength(text) is > 0 and var length ? length : text.Length;

    /// <summary>The same; -1 where it is never closed.</summary>
    public static int ClosedLength(ReadOnlySpan<char> text)
    {
        var depth = 0;
        for (var index = 0; index < text.Length; index++)
        {
            switch (text[index])
            {
                case '\\':
                    index++;
                    break;
                case '(':
                    depth++;
                    break;
                case ')' when --depth == 0:
                    return index + 1;
            }
        }
        return -1;
    }

    /// <summary>The text without its comments; quoted strings are left alone.</summary>
    public static string Remove(string text)
    {
        if (!text.Contains('(', StringComparison.Ordinal))
            return text;
        var result = new System.Text.StringBuilder(text.Length);
        var quoted = false;
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '\\' && quoted && index + 1 < text.Length)
                result.Append(text[index++]);
            else if (text[index] == '"')
                quoted = !quoted;
            else if (text[index] == '(' && !quoted)
            {
                index += Length(text.AsSpan(index)) - 1;
                result.Append(' ');
                continue;
            }
            result.Append(text[index]);
        }
        return result.ToString();
    }
}
