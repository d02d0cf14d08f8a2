using System.Globalization;
using System.Text;

namespace InboundBridge.Smtp.Protocol;

/// <summary>The encoding of DSN and AUTH parameters (RFC 3461 §4).</summary>
internal static class Xtext
{
    /// <summary>
    /// Null when the text is malformed, or decodes to control characters, which would break the header fields of a report.
    /// </summary>
    public static string? Decode(ReadOnlySpan<char> text)
    {
        if (!text.Contains('+'))
            return IsPrintable(text) ? text.ToString() : null;
        var decoded = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '+')
            {
                decoded.Append(text[i]);
                continue;
            }
            if (i + 2 >= text.Length
                || !byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                return null;
            decoded.Append((char)value);
            i += 2;
        }
        var result = decoded.ToString();
        return IsPrintable(result) ? result : null;
    }

    private static bool IsPrintable(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c))
                return false;
        }
        return true;
    }
}
