using System.Text;

namespace InboundBridge.Mime.Addresses;

/// <summary>Quoted strings (RFC 5322 §3.2.4) before addresses.</summary>
internal static class QuotedText
{
    /// <summary>Characters with both quotes; -1 where it is never closed.</summary>
    public static int Length(ReadOnlySpan<char> text)
    {
        for (var index = 1; index < text.Length; index++)
        {
            if (text[index] == '\\')
                index++;
            else if (text[index] == '"')
                return index + 1;
        }
        return -1;
    }

    /// <summary>
    /// "Al &lt;al@example.com&gt;, "Bo": the second quote does not close the first one,
    /// because a whole mailbox and the next word stand between.
    /// </summary>
    public static bool IsStray(ReadOnlySpan<char> text, int length) =>
        length < text.Length && char.IsLetterOrDigit(text[length]) && text[..length].IndexOf('@') is > 0 and var at
            && text[at..length].Contains('>') && text[..at].Contains('<');

    public static string Unescape(ReadOnlySpan<char> inner)
    {
        if (!inner.Contains('\\'))
            return inner.ToString();
        var value = new StringBuilder(inner.Length);
        for (var index = 0; index < inner.Length; index++)
        {
            if (inner[index] == '\\' && index + 1 < inner.Length)
                index++;
            value.Append(inner[index]);
        }
        return value.ToString();
    }
}
